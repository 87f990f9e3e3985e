//! Where the two kernels part, in words.

mod deciding;

pub use deciding::decided;

use super::model::DiffersRow;
use super::scene::Scene;
use crate::engine::{Difference, Profile};

/// A difference in words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Differs {
    /// What it is about.
    pub title: &'static str,
    /// What 5.10 does.
    pub v5_10: &'static str,
    /// What 6.18 does.
    pub v6_18: &'static str,
}

const fn words(title: &'static str, v5_10: &'static str, v6_18: &'static str) -> Differs {
    Differs {
        title,
        v5_10,
        v6_18,
    }
}

/// The words of a difference; each sentence begins with the kernel as its subject.
pub const fn words_of(difference: Difference) -> Differs {
    match difference {
        Difference::NatExpectPortRandom => words(
            "NAT: a port for an expected connection",
            "Takes the first free one from the announced one upwards.",
            "Draws one above it at random if it is taken, 128 times at most.",
        ),
        Difference::NatDestinationPortsInOrder => words(
            "NAT: ports of a destination range",
            "Tries them from a random one on.",
            "Tries them from the first one on.",
        ),
        Difference::NatLeavesOppositeFlow => words(
            "NAT: the opposite flow",
            "Finds a source taken by the flow that runs the other way round.",
            "Leaves it alone where both may be opened at once and neither is translated.",
        ),
        Difference::NatTakesClosingPort => words(
            "NAT: ports of closing connections",
            "Leaves a closing connection its port.",
            "Kills it for a new one whose sequence numbers are higher.",
        ),
        Difference::SipHash => words(
            "Hash function",
            "Hashes tuples with jhash2; zones play no part.",
            "Hashes them with SipHash-2-4, the zone mixed into its key.",
        ),
        Difference::NoPendingLists => words(
            "Unconfirmed and dying lists",
            "Keeps entries outside the table on two lists per CPU.",
            "Lists only those whose DESTROY event is undelivered, one list per namespace.",
        ),
        Difference::ConfirmedAfterInsertion => words(
            "When CONFIRMED is set",
            "Sets it before the nodes go into the table.",
            "Sets it once both nodes are in.",
        ),
        Difference::ChainLimit => words(
            "Length of chains",
            "Searches a chain of any length at confirm.",
            "Gives up after 50 to 79 nodes, drawn anew each time, and drops the packet.",
        ),
        Difference::GcWholeTable => words(
            "Garbage collector",
            "Looks at 1/128 of the table per run, several times a second.",
            "Looks at the whole table, then pauses 1 to 60 s, by the average time left.",
        ),
        Difference::ZoneLookedUpTwice => words(
            "Zones of one direction",
            "Looks a packet up once: its hash knows no zone.",
            "Looks it up again by the zone of the reply direction, if that is another one.",
        ),
        Difference::ClashMirrored => words(
            "When two new entries become one",
            "Merges them if the first has no NAT decision, or all tuples are equal.",
            "Merges them if all tuples are equal, or each is the other's mirror image.",
        ),
        Difference::ClashMoreProtocols => words(
            "Which protocols may clash",
            "Resolves clashes of UDP and UDP-Lite.",
            "Resolves those of GRE and of protocols without a tracker as well.",
        ),
        Difference::ClashWinnerTells => words(
            "Events after a merge",
            "Looks for cached events at the entry that was discarded.",
            "Looks for them at the entry that the packet has now.",
        ),
        Difference::MaxOnePerBucket => words(
            "Default limit",
            "Allows four entries per bucket.",
            "Allows one entry per bucket.",
        ),
        Difference::EventsOnceHeard => words(
            "Default of nf_conntrack_events",
            "Gives every entry an event cache.",
            "Gives one only to entries made while somebody listens.",
        ),
        Difference::OneEventPerRun => words(
            "Event worker",
            "Sends all waiting DESTROY events in a run, and tries again after 100 ms.",
            "Sends one per run, and tries again after 10 ms.",
        ),
        Difference::DestroyTellsState => words(
            "What DESTROY tells",
            "Tells neither the time left nor the protocol's state.",
            "Tells the state, and the time left if there is a second of it.",
        ),
        Difference::StopAtExpiry => words(
            "Stop stamp of an expired entry",
            "Stamps it with the moment of its deletion.",
            "Stamps it with the moment when its time ran out.",
        ),
        Difference::ReopenNotCounted => words(
            "A connection opened anew",
            "Counts its SYN as invalid before tracking it again.",
            "Tracks it again without counting.",
        ),
        Difference::HelperByRulesetOnly => words(
            "Who gets a helper",
            "Gives one by rule, or by port if nf_conntrack_helper is 1.",
            "Gives one by rule alone.",
        ),
        Difference::UdpAssuredAsStream => words(
            "When UDP is ASSURED",
            "Assures a flow at the packet after the first reply.",
            "Assures it once it is a stream, two seconds old and still busy.",
        ),
        Difference::TcpWindowIgnores => words(
            "TCP outside the window",
            "Calls such a packet invalid.",
            "Lets a little too much data, old data and old acknowledgements pass unrecorded.",
        ),
        Difference::TcpInvalidCloseShortens => words(
            "FIN or RST outside the window",
            "Forgets it.",
            "Remembers it; a second one from the other side shortens the timeout.",
        ),
        Difference::TcpSynRenewsWindow => words(
            "Window of a side that is known",
            "Renews it with any packet of the handshake that goes beyond it.",
            "Renews it with a SYN that does, and reads the window scales again.",
        ),
        Difference::TcpScaleByReply => words(
            "Window scaling",
            "Decides at any first SYN whether both sides offered it.",
            "Decides it at a reply.",
        ),
        Difference::TcpStaysLiberal => words(
            "Connections picked up in the middle",
            "Ends their liberty once options of that side are read.",
            "Lets them be liberal about windows for life.",
        ),
        Difference::TcpResetWhileClosing => words(
            "Reset of a closing connection",
            "Compares it with what was acknowledged.",
            "Believes it at once.",
        ),
        Difference::TcpResetAfterSyn => words(
            "Reset after a SYN that was ignored",
            "Compares it with what was acknowledged.",
            "Does not compare it.",
        ),
        Difference::TcpResetFromZero => words(
            "Reset with sequence number 0",
            "Compares it like any other.",
            "Judges it by the window alone, unless the connection is open and assured.",
        ),
        Difference::TcpResetIgnoreInvalid => words(
            "Reset that does not compare",
            "Calls it invalid.",
            "Lets it pass if nf_conntrack_tcp_ignore_invalid_rst is 1.",
        ),
        Difference::TcpResetAnswersOther => words(
            "Reset that acknowledges the end of the last packet",
            "Believes it.",
            "Believes it if the other side sent that packet.",
        ),
        Difference::TcpChallengeRemembered => words(
            "ACK in reply to a SYN",
            "Forgets what it acknowledges.",
            "Remembers it.",
        ),
        Difference::TcpChallengeAnswered => words(
            "Reset in answer to that ACK",
            "Judges it by the window.",
            "Believes it.",
        ),
        Difference::TcpSynAgainWaits => words(
            "SYN sent again before a reply",
            "Renews the timeout.",
            "Leaves it as it is.",
        ),
        Difference::TcpRejectCloses => words(
            "Reset sent by a REJECT rule",
            "Takes no notice of it.",
            "Closes the entry that it is about.",
        ),
        Difference::DccpGeneric => words(
            "DCCP",
            "Tracks its states and ports.",
            "Treats it like any protocol without a tracker.",
        ),
        Difference::SctpCells => words(
            "SCTP states",
            "Goes from HEARTBEAT_SENT to HEARTBEAT_ACKED once a heartbeat is answered.",
            "Goes to ESTABLISHED then, and reads four more cells otherwise.",
        ),
        Difference::SctpStrictTags => words(
            "SCTP verification tags",
            "Takes the tag of nearly any first chunk, and lets an ABORT have either tag.",
            "Takes it only of chunks that tell it, and asks the T flag which tag counts.",
        ),
        Difference::SctpInitFlags => words(
            "SCTP INIT and INIT_ACK",
            "Believes the last one.",
            "Believes an INIT_ACK only if it answers an INIT, and passes over a repeated INIT.",
        ),
        Difference::SctpAssuredAtOnce => words(
            "When SCTP is ASSURED",
            "Assures it at a COOKIE_ACK of the reply direction.",
            "Assures it on any way into ESTABLISHED.",
        ),
        Difference::Icmpv6Redirect => words(
            "ICMPv6 redirects",
            "Calls them invalid: they have no answer.",
            "Takes those of a router on the link as related to the packet that they quote.",
        ),
        Difference::Icmpv6RouterDiscovery => words(
            "Multicast router discovery",
            "Calls its messages invalid: they have no answer.",
            "Leaves them untracked, like neighbour discovery.",
        ),
    }
}

/// The differences that decided the steps since the stop before, in their order, each once.
pub fn rows(scene: &Scene) -> Vec<DiffersRow> {
    let mut found: Vec<Difference> = Vec::new();
    for at in scene.fresh.clone() {
        if let Some(difference) = decided(scene, at)
            && !found.contains(&difference)
        {
            found.push(difference);
        }
    }
    let profile = scene.state.profile();
    found.into_iter().map(|it| row(it, profile)).collect()
}

/// A difference as it is shown beside a machine of this kernel.
pub fn row(difference: Difference, profile: Profile) -> DiffersRow {
    let Differs {
        title,
        v5_10,
        v6_18,
    } = words_of(difference);
    DiffersRow {
        title,
        kernels: [(Profile::V5_10, v5_10), (Profile::V6_18, v6_18)]
            .map(|(kernel, words)| (kernel.name(), words, kernel == profile)),
    }
}
