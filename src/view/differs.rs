//! Where the two kernels part, in words.

mod deciding;

pub use deciding::decided;

use super::model::DiffersRow;
use super::scene::Scene;
use crate::engine::{Difference, Profile};
use crate::words::differs as w;

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
pub fn words_of(difference: Difference) -> Differs {
    match difference {
        Difference::NatExpectPortRandom => words(
            w::NAT_A_PORT_FOR.text(),
            w::TAKES_THE_FIRST_FREE.text(),
            w::DRAWS_ONE_ABOVE_IT.text(),
        ),
        Difference::NatDestinationPortsInOrder => words(
            w::NAT_PORTS_OF_A.text(),
            w::TRIES_THEM_FROM_A.text(),
            w::TRIES_THEM_FROM_THE.text(),
        ),
        Difference::NatLeavesOppositeFlow => words(
            w::NAT_THE_OPPOSITE_FLOW.text(),
            w::FINDS_A_SOURCE_TAKEN.text(),
            w::LEAVES_IT_ALONE_WHERE.text(),
        ),
        Difference::NatTakesClosingPort => words(
            w::NAT_PORTS_OF_CLOSING.text(),
            w::LEAVES_A_CLOSING.text(),
            w::KILLS_IT_FOR_A.text(),
        ),
        Difference::SipHash => words(
            w::HASH_FUNCTION.text(),
            w::HASHES_TUPLES_WITH_JHASH2.text(),
            w::HASHES_THEM_WITH_SIPHASH.text(),
        ),
        Difference::NoPendingLists => words(
            w::UNCONFIRMED_AND_DYING.text(),
            w::KEEPS_ENTRIES_OUTSIDE_THE.text(),
            w::LISTS_ONLY_THOSE_WHOSE.text(),
        ),
        Difference::ConfirmedAfterInsertion => words(
            w::WHEN_CONFIRMED_IS_SET.text(),
            w::SETS_IT_BEFORE_THE.text(),
            w::SETS_IT_ONCE_BOTH.text(),
        ),
        Difference::ChainLimit => words(
            w::LENGTH_OF_CHAINS.text(),
            w::SEARCHES_A_CHAIN_OF.text(),
            w::GIVES_UP_AFTER_50.text(),
        ),
        Difference::GcWholeTable => words(
            w::GARBAGE_COLLECTOR.text(),
            w::LOOKS_AT_1_128.text(),
            w::LOOKS_AT_THE_WHOLE.text(),
        ),
        Difference::ZoneLookedUpTwice => words(
            w::ZONES_OF_ONE_DIRECTION.text(),
            w::LOOKS_A_PACKET_UP.text(),
            w::LOOKS_IT_UP_AGAIN.text(),
        ),
        Difference::ClashMirrored => words(
            w::WHEN_TWO_NEW_ENTRIES.text(),
            w::MERGES_THEM_IF_THE.text(),
            w::MERGES_THEM_IF_ALL.text(),
        ),
        Difference::ClashMoreProtocols => words(
            w::WHICH_PROTOCOLS_MAY_CLASH.text(),
            w::RESOLVES_CLASHES_OF_UDP.text(),
            w::RESOLVES_THOSE_OF_GRE.text(),
        ),
        Difference::ClashWinnerTells => words(
            w::EVENTS_AFTER_A_MERGE.text(),
            w::LOOKS_FOR_CACHED_EVENTS.text(),
            w::LOOKS_FOR_THEM_AT.text(),
        ),
        Difference::MaxOnePerBucket => words(
            w::DEFAULT_LIMIT.text(),
            w::ALLOWS_FOUR_ENTRIES_PER.text(),
            w::ALLOWS_ONE_ENTRY_PER.text(),
        ),
        Difference::EventsOnceHeard => words(
            w::DEFAULT_OF_NF_CONNTRACK.text(),
            w::GIVES_EVERY_ENTRY_AN.text(),
            w::GIVES_ONE_ONLY_TO.text(),
        ),
        Difference::OneEventPerRun => words(
            w::EVENT_WORKER.text(),
            w::SENDS_ALL_WAITING_DESTROY.text(),
            w::SENDS_ONE_PER_RUN.text(),
        ),
        Difference::DestroyTellsState => words(
            w::WHAT_DESTROY_TELLS.text(),
            w::TELLS_NEITHER_THE_TIME.text(),
            w::TELLS_THE_STATE_AND.text(),
        ),
        Difference::StopAtExpiry => words(
            w::STOP_STAMP_OF_AN.text(),
            w::STAMPS_IT_WITH_THE.text(),
            w::STAMPS_IT_WITH_THE_MOMENT.text(),
        ),
        Difference::ReopenNotCounted => words(
            w::A_CONNECTION_OPENED_ANEW.text(),
            w::COUNTS_ITS_SYN_AS.text(),
            w::TRACKS_IT_AGAIN_WITHOUT.text(),
        ),
        Difference::HelperByRulesetOnly => words(
            w::WHO_GETS_A_HELPER.text(),
            w::GIVES_ONE_BY_RULE.text(),
            w::GIVES_ONE_BY_RULE_ALONE.text(),
        ),
        Difference::UdpAssuredAsStream => words(
            w::WHEN_UDP_IS_ASSURED.text(),
            w::ASSURES_A_FLOW_AT.text(),
            w::ASSURES_IT_ONCE_IT.text(),
        ),
        Difference::TcpWindowIgnores => words(
            w::TCP_OUTSIDE_THE_WINDOW.text(),
            w::CALLS_SUCH_A_PACKET.text(),
            w::LETS_A_LITTLE_TOO.text(),
        ),
        Difference::TcpInvalidCloseShortens => words(
            w::FIN_OR_RST_OUTSIDE.text(),
            w::FORGETS_IT.text(),
            w::REMEMBERS_IT_A_SECOND.text(),
        ),
        Difference::TcpSynRenewsWindow => words(
            w::WINDOW_OF_A_SIDE.text(),
            w::RENEWS_IT_WITH_ANY.text(),
            w::RENEWS_IT_WITH_A.text(),
        ),
        Difference::TcpScaleByReply => words(
            w::WINDOW_SCALING.text(),
            w::DECIDES_AT_ANY_FIRST.text(),
            w::DECIDES_IT_AT_A.text(),
        ),
        Difference::TcpStaysLiberal => words(
            w::CONNECTIONS_PICKED_UP_IN.text(),
            w::ENDS_THEIR_LIBERTY_ONCE.text(),
            w::LETS_THEM_BE_LIBERAL.text(),
        ),
        Difference::TcpResetWhileClosing => words(
            w::RESET_OF_A_CLOSING.text(),
            w::COMPARES_IT_WITH_WHAT.text(),
            w::BELIEVES_IT_AT_ONCE.text(),
        ),
        Difference::TcpResetAfterSyn => words(
            w::RESET_AFTER_A_SYN.text(),
            w::COMPARES_IT_WITH_WHAT.text(),
            w::DOES_NOT_COMPARE_IT.text(),
        ),
        Difference::TcpResetFromZero => words(
            w::RESET_WITH_SEQUENCE_NUMBER.text(),
            w::COMPARES_IT_LIKE_ANY.text(),
            w::JUDGES_IT_BY_THE.text(),
        ),
        Difference::TcpResetIgnoreInvalid => words(
            w::RESET_THAT_DOES_NOT.text(),
            w::CALLS_IT_INVALID.text(),
            w::LETS_IT_PASS_IF.text(),
        ),
        Difference::TcpResetAnswersOther => words(
            w::RESET_THAT_ACKNOWLEDGES.text(),
            w::BELIEVES_IT.text(),
            w::BELIEVES_IT_IF_THE.text(),
        ),
        Difference::TcpChallengeRemembered => words(
            w::ACK_IN_REPLY_TO.text(),
            w::FORGETS_WHAT_IT.text(),
            w::REMEMBERS_IT.text(),
        ),
        Difference::TcpChallengeAnswered => words(
            w::RESET_IN_ANSWER_TO.text(),
            w::JUDGES_IT_BY_THE_WINDOW.text(),
            w::BELIEVES_IT.text(),
        ),
        Difference::TcpSynAgainWaits => words(
            w::SYN_SENT_AGAIN_BEFORE.text(),
            w::RENEWS_THE_TIMEOUT.text(),
            w::LEAVES_IT_AS_IT.text(),
        ),
        Difference::TcpRejectCloses => words(
            w::RESET_SENT_BY_A.text(),
            w::TAKES_NO_NOTICE_OF.text(),
            w::CLOSES_THE_ENTRY_THAT.text(),
        ),
        Difference::DccpGeneric => words(
            "DCCP",
            w::TRACKS_ITS_STATES_AND.text(),
            w::TREATS_IT_LIKE_ANY.text(),
        ),
        Difference::SctpCells => words(
            w::SCTP_STATES.text(),
            w::GOES_FROM_HEARTBEAT_SENT.text(),
            w::GOES_TO_ESTABLISHED_THEN.text(),
        ),
        Difference::SctpStrictTags => words(
            w::SCTP_VERIFICATION_TAGS.text(),
            w::TAKES_THE_TAG_OF.text(),
            w::TAKES_IT_ONLY_OF.text(),
        ),
        Difference::SctpInitFlags => words(
            w::SCTP_INIT_AND_INIT.text(),
            w::BELIEVES_THE_LAST_ONE.text(),
            w::BELIEVES_AN_INIT_ACK.text(),
        ),
        Difference::SctpAssuredAtOnce => words(
            w::WHEN_SCTP_IS_ASSURED.text(),
            w::ASSURES_IT_AT_A.text(),
            w::ASSURES_IT_ON_ANY.text(),
        ),
        Difference::Icmpv6Redirect => words(
            w::ICMPV6_REDIRECTS.text(),
            w::CALLS_THEM_INVALID_THEY.text(),
            w::TAKES_THOSE_OF_A.text(),
        ),
        Difference::Icmpv6RouterDiscovery => words(
            w::MULTICAST_ROUTER_DISCOVERY.text(),
            w::CALLS_ITS_MESSAGES_INVALID.text(),
            w::LEAVES_THEM_UNTRACKED_LIKE.text(),
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
