//! The loop: change an input, give it to the target, look whether it broke something.

use crate::change;
use crate::rng::Rng;
use crate::seen::Seen;
use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

/// An input that takes more of the processor's time is a finding.
pub const TIME_MAX: Duration = Duration::from_secs(1);
/// An input that needs more memory, in bytes, is a finding.
pub const MEMORY_MAX: usize = 128 << 20;
/// An input that takes longer than this does not end.
const HANG: Duration = Duration::from_secs(60);
/// How long a finding may be made shorter.
const SHRINK_MAX: Duration = Duration::from_secs(20);
/// Different findings after which a run ends.
const FINDINGS_MAX: usize = 20;
const POOL_MAX: usize = 20_000;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Something that reads what people give it.
pub trait Target: Sync {
    /// What it reads.
    type Input: Clone + Debug + Send + Sync + 'static;

    /// Its name on the command line, and of its folder in `tests/data/fuzz`.
    const NAME: &'static str;
    /// The ending of its files.
    const ENDING: &'static str;

    /// Good inputs to begin with, from the project's own tests.
    fn seeds(&self) -> Vec<Self::Input>;

    /// An input from a file; `None` if the file cannot be one.
    fn load(&self, file: &[u8]) -> Option<Self::Input>;

    /// The file of an input.
    fn save(&self, input: &Self::Input) -> Vec<u8>;

    /// Another input, out of one and what else there is.
    fn change(&self, rng: &mut Rng, pool: &[Arc<Self::Input>], input: &mut Self::Input);

    /// Reads it, and says which law does not hold. What stands before a colon is the law's name.
    fn run(&self, input: &Self::Input, seen: &mut Seen) -> Result<(), String>;

    /// Simpler inputs, the simplest first.
    fn simpler(&self, input: &Self::Input) -> Vec<Self::Input>;
}

/// A target that reads text. Its files are what it reads.
pub trait Text: Sync {
    /// See [`Target::NAME`].
    const NAME: &'static str;
    /// See [`Target::ENDING`].
    const ENDING: &'static str;

    /// See [`Target::seeds`].
    fn seeds(&self) -> Vec<String>;

    /// See [`Target::change`]; `other` is another input.
    fn change(&self, rng: &mut Rng, other: &str, input: &mut String);

    /// See [`Target::run`].
    fn run(&self, input: &str, seen: &mut Seen) -> Result<(), String>;

    /// See [`Target::simpler`].
    fn simpler(&self, input: &str) -> Vec<String> {
        change::simpler_text(input)
    }
}

impl<T: Text> Target for T {
    type Input = String;
    const NAME: &'static str = T::NAME;
    const ENDING: &'static str = T::ENDING;

    fn seeds(&self) -> Vec<String> {
        Text::seeds(self)
    }

    fn load(&self, file: &[u8]) -> Option<String> {
        String::from_utf8(file.to_vec()).ok()
    }

    fn save(&self, input: &String) -> Vec<u8> {
        input.as_bytes().to_vec()
    }

    fn change(&self, rng: &mut Rng, pool: &[Arc<String>], input: &mut String) {
        let other = rng.pick(pool).clone();
        Text::change(self, rng, &other, input);
    }

    fn run(&self, input: &String, seen: &mut Seen) -> Result<(), String> {
        Text::run(self, input, seen)
    }

    fn simpler(&self, input: &String) -> Vec<String> {
        Text::simpler(self, input)
    }
}

/// Which inputs are tried.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Same seed, same inputs.
    pub seed: u64,
    /// How long.
    pub time: Duration,
    /// Where findings are written.
    pub folder: PathBuf,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Inputs that were tried.
    pub runs: u64,
    /// Inputs that did something new.
    pub kept: usize,
    /// What broke, with the file that breaks it.
    pub findings: Vec<(String, PathBuf)>,
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Panics in a guarded run are kept instead of printed.
fn keep_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                return before(info);
            }
            let place = info
                .location()
                .map(|place| format!("{}:{}", place.file(), place.line()));
            let place = place.unwrap_or_default();
            let said = text_of(info.payload());
            PANIC.set(format!("panic at {place}: {said}"));
        }));
    });
}

fn text_of(payload: &dyn Any) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

/// One run, with a limit on time and memory.
pub fn guarded<T: Target>(target: &T, input: &T::Input, seen: &mut Seen) -> Result<(), String> {
    let took = timed(target, input, seen)?;
    if took <= TIME_MAX {
        return Ok(());
    }
    // The machine may have been busy with something else.
    for _ in 0..2 {
        if timed(target, input, seen)? <= TIME_MAX {
            return Ok(());
        }
    }
    Err(format!("time: it took {:.1} s", took.as_secs_f64()))
}

/// What this thread has had of the processor: other programs do not count.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

fn timed<T: Target>(target: &T, input: &T::Input, seen: &mut Seen) -> Result<Duration, String> {
    keep_panics();
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let start = cpu_time();
    GUARDED.set(true);
    let done = catch_unwind(AssertUnwindSafe(|| target.run(input, seen)));
    GUARDED.set(false);
    let took = cpu_time().saturating_sub(start);
    let needed = MEMORY.peak_usage().saturating_sub(before);
    match done {
        Err(_) => Err(PANIC.take()),
        Ok(Err(law)) => Err(law),
        Ok(Ok(())) if needed > MEMORY_MAX => Err(format!("memory: it took {} MB", needed >> 20)),
        Ok(Ok(())) => Ok(took),
    }
}

/// What makes two findings the same: the place of a panic, the name of a law.
fn kind(finding: &str) -> &str {
    let end = finding.find(": ").unwrap_or(finding.len());
    &finding[..end]
}

/// Tries inputs until the time is over.
pub fn fuzz<T: Target>(target: &T, plan: &Plan) -> Report {
    let start = Instant::now();
    let now: Mutex<Option<(Instant, Arc<T::Input>)>> = Mutex::new(None);
    let (over, is_over) = channel::<()>();
    std::thread::scope(|scope| {
        let now = &now;
        scope.spawn(move || {
            while is_over.recv_timeout(Duration::from_secs(5)) == Err(RecvTimeoutError::Timeout) {
                let now = now.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((since, input)) = &*now
                    && since.elapsed() > HANG
                {
                    let file = write(target, plan, input);
                    eprintln!("{}: this input does not end: {}", T::NAME, file.display());
                    std::process::exit(1);
                }
            }
        });
        let report = run(target, plan, start, |input| {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            *now = input.map(|input| (Instant::now(), input));
        });
        drop(over);
        report
    })
}

fn run<T: Target>(
    target: &T,
    plan: &Plan,
    start: Instant,
    publish: impl Fn(Option<Arc<T::Input>>),
) -> Report {
    let mut report = Report::default();
    let mut seen = Seen::default();
    let mut rng = Rng::new(plan.seed);
    let mut pool: Vec<Arc<T::Input>> = Vec::new();
    let mut kinds: Vec<String> = Vec::new();
    let mut seeds = target.seeds().into_iter();
    assert!(
        seeds.len() > 0,
        "{}: there is nothing to begin with",
        T::NAME
    );
    while start.elapsed() < plan.time && report.findings.len() < FINDINGS_MAX {
        let is_seed;
        let input = match seeds.next() {
            Some(seed) => {
                is_seed = true;
                Arc::new(seed)
            }
            None => {
                is_seed = false;
                // What was found last is the most promising.
                let recent = pool.len() - pool.len() / 4;
                let at = match rng.below(3) {
                    0 => recent + rng.below(pool.len() - recent),
                    _ => rng.below(pool.len()),
                };
                let mut input = T::Input::clone(&pool[at.min(pool.len() - 1)]);
                target.change(&mut rng, &pool, &mut input);
                Arc::new(input)
            }
        };
        publish(Some(input.clone()));
        seen.news = false;
        let done = guarded(target, &input, &mut seen);
        report.runs += 1;
        match done {
            Ok(()) if (seen.news || is_seed) && pool.len() < POOL_MAX => pool.push(input),
            Ok(()) => {}
            Err(what) if kinds.iter().any(|known| known == kind(&what)) => {}
            Err(what) => {
                kinds.push(kind(&what).to_owned());
                let (what, input) = shrink(target, what, &input, &publish);
                let file = write(target, plan, &input);
                eprintln!("{}: {what}\n  breaks it: {}", T::NAME, file.display());
                report.findings.push((what, file));
            }
        }
        // A finding among the seeds must not leave nothing to go on with.
        if pool.is_empty() && seeds.len() == 0 {
            break;
        }
    }
    publish(None);
    report.kept = pool.len();
    report
}

/// The simplest input with the same finding that can be found in time.
fn shrink<T: Target>(
    target: &T,
    mut what: String,
    input: &T::Input,
    publish: impl Fn(Option<Arc<T::Input>>),
) -> (String, T::Input) {
    let start = Instant::now();
    let mut seen = Seen::default();
    let mut best = input.clone();
    'again: loop {
        for simpler in target.simpler(&best) {
            if start.elapsed() > SHRINK_MAX {
                break 'again;
            }
            publish(Some(Arc::new(simpler.clone())));
            if let Err(still) = guarded(target, &simpler, &mut seen)
                && kind(&still) == kind(&what)
            {
                (what, best) = (still, simpler);
                continue 'again;
            }
        }
        break;
    }
    (what, best)
}

/// Writes an input where a person finds it; its name follows from what is in it.
fn write<T: Target>(target: &T, plan: &Plan, input: &T::Input) -> PathBuf {
    let bytes = target.save(input);
    let name = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    let folder = plan.folder.join(T::NAME);
    let file = folder.join(format!("{:08x}.{}", name >> 32, T::ENDING));
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, &bytes));
    if let Err(error) = written {
        eprintln!("{}: {error}; the input is {bytes:02x?}", file.display());
    }
    file
}
