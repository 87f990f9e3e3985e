//! Scenarios as text.

use crate::change;
use crate::corpus;
use crate::harness::Text;
use crate::play::{empty, play};
use crate::rng::Rng;
use crate::seen::Seen;
use ctscope::scenario::{ParseError, Scenario};
use ctscope::timeline::replay::replay_scenario;

/// The target.
#[derive(Clone, Debug)]
pub struct Texts {
    seeds: Vec<String>,
    words: Vec<String>,
}

/// Lines of which few are in the recordings.
const LINES: &str = "\
config profile=6.18 hz=1000 buckets=4 seed=7 hash_mix=3 cpus=3 max=5
hold prerouting
hold off
release s1
drop s1
advance next
advance 250j
advance 30s
gc
gc sweep
gc manual
gc auto
delete c1
delete proto=udp src=10.0.0.10 dport=53
update proto=tcp mark=7
conntrack -D -p udp
conntrack -U -p tcp -m 7
conntrack -F
flush
resize 3
events slow
events off
netns blue
cpu 1
nft flush
nft prerouting tcp dport 21 ct helper set ftp
nft prerouting udp dport 69 ct helper set tftp
nft prerouting ct original zone set 5
nft prerouting ct reply zone set 6
nft prerouting ct zone set 7
nft forward ct state new,related,invalid ct mark set 9
nft prerouting tcp dport 80 ct timeout set syn_sent=5,established=500
nft postrouting oif b snat to 203.0.113.5:5000-5001 random,persistent
nft postrouting ip saddr 10.0.0.0/24 masquerade
nft prerouting tcp dport 80 redirect to :8080
nft prerouting dnat to 10.0.0.5-10.0.0.9
nft forward udp dport 53 reject
nft forward reject with tcp reset
nft prerouting notrack
hex 4500001c000100004011aeb20a00000ac00002140001000200083333 path=output hold=queue
gre 10.0.0.10 > 192.0.2.20 ver=1 callid=77 seq=1 len=20 in=a
sctp 10.0.0.10:1 > 192.0.2.20:2 init vtag=0 itag=5 drop=forward
dccp 10.0.0.10:1 > 192.0.2.20:2 request seq=5
udplite 10.0.0.10:1 > 192.0.2.20:2 len=20 cov=8
icmp 10.0.0.2 > 10.0.0.1 unreach code=3 inner={udp 10.0.0.1:1 > 10.0.0.2:80} innerlen=28
udp 10.0.0.10:1 > 192.0.2.20:2 len=2000 ipid=7 frag=0/1480 ttl=3 tos=4 df badcsum trunc=3
# a remark

tcp [2001:db8:a::10]:1 > [2001:db8:b::20]:2 SA seq=1 ack=2 win=3 mss=1460 wscale=7 sack ts=5/6 # b
";

impl Texts {
    /// With words of what there is.
    #[allow(clippy::new_without_default)] // it reads files
    pub fn new() -> Texts {
        let mut seeds: Vec<String> = corpus::scenarios()
            .iter()
            .map(Scenario::to_string)
            .filter(|text| text.len() < 12_000)
            .collect();
        seeds.push(LINES.to_owned());
        seeds.extend(LINES.lines().map(str::to_owned));
        let links = corpus::text("links.txt");
        seeds.extend(links.split("\n\n").filter_map(|part| {
            let (_, text) = part.split_once('\n')?;
            Some(text.to_owned())
        }));
        let packets = corpus::text("packets.txt");
        let packets = packets.lines().filter_map(|line| line.rsplit_once(" | "));
        seeds.extend(packets.map(|(line, _)| line.to_owned()));
        let words = corpus::words(seeds.iter().map(String::as_str));
        Texts { seeds, words }
    }

    /// Changes a text a little, or more.
    pub fn change_text(&self, rng: &mut Rng, other: &str, text: &mut String) {
        for _ in 0..=rng.below(6) {
            change::text(rng, text, other, &self.words);
        }
    }
}

/// The error points into the text, and says something.
pub fn check_error(text: &str, error: &ParseError, seen: &mut Seen) -> Result<(), String> {
    seen.sentence("problem", &error.problem);
    seen.sentence("expected", &error.expected);
    let line = match error.line {
        0 => return Err("place: line 0".to_owned()),
        line => text.lines().nth(line as usize - 1).unwrap_or_default(),
    };
    let columns = line.chars().count() + 1;
    if !(1..=columns).contains(&(error.column as usize)) {
        return Err(format!("place: {error} in a line of {columns} columns"));
    }
    if error.problem.is_empty() || error.expected.is_empty() {
        return Err(format!("sentence: it says nothing: {error:?}"));
    }
    Ok(())
}

/// Prints it and reads it again.
pub fn check_print(scenario: &Scenario) -> Result<(), String> {
    let text = scenario.to_string();
    let again = Scenario::parse(&text).map_err(|error| format!("print: {error} in {text:?}"))?;
    if again != *scenario {
        return Err(format!("print: it is read as another: {text:?}"));
    }
    if again.to_string() != text {
        return Err(format!("normal form: it is printed otherwise: {text:?}"));
    }
    Ok(())
}

/// Short enough to be told in JSON as well.
const TOLD_MAX: usize = 12;
/// Short enough to be played.
const PLAYED_MAX: usize = 300;

impl Text for Texts {
    const NAME: &'static str = "text";
    const ENDING: &'static str = "ct";

    fn seeds(&self) -> Vec<String> {
        self.seeds.clone()
    }

    fn change(&self, rng: &mut Rng, other: &str, input: &mut String) {
        self.change_text(rng, other, input);
    }

    fn run(&self, input: &str, seen: &mut Seen) -> Result<(), String> {
        let mut scenario = match Scenario::parse(input) {
            Ok(scenario) => scenario,
            Err(error) => return check_error(input, &error, seen),
        };
        for pair in scenario.lines.windows(2) {
            let kind = |nth: usize| core::mem::discriminant(&pair[nth].command);
            seen.note(("pair", kind(0), kind(1)));
        }
        check_print(&scenario)?;
        scenario.lines.truncate(PLAYED_MAX);
        let mut ct = play(&scenario, seen.strict(input.len()), seen)?;
        if ct.table.size() <= 4096 {
            empty(&mut ct)?;
            if scenario.lines.len() <= TOLD_MAX {
                replay_scenario(&scenario);
            }
        }
        Ok(())
    }
}
