//! Which kernel is followed, and every point where the two part.

/// Which kernel's behaviour is followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Profile {
    /// v5.10, the article's kernel.
    #[default]
    V5_10,
    /// v6.18, the kernel of the recordings.
    V6_18,
}

impl Profile {
    /// Every choice, oldest first.
    pub const ALL: [Profile; 2] = [Profile::V5_10, Profile::V6_18];

    /// As `config profile=` names it.
    pub const fn name(self) -> &'static str {
        match self {
            Profile::V5_10 => "5.10",
            Profile::V6_18 => "6.18",
        }
    }

    /// The profile of this name.
    pub fn by_name(name: &str) -> Option<Profile> {
        Profile::ALL
            .into_iter()
            .find(|profile| profile.name() == name)
    }

    /// `true` if this kernel behaves in the newer way at a point where the two differ.
    pub const fn since(self, difference: Difference) -> bool {
        // Each point is the same kernel's; a third profile would give each its own first version.
        let _ = difference;
        matches!(self, Profile::V6_18)
    }
}

macro_rules! differences {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// A point where 5.10 and 6.18 do not do the same. Each is asked for in one place of the
        /// engine; `view::differs` has the words.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Difference {
            $($(#[$doc])+ $name,)+
        }

        impl Difference {
            /// Every one.
            pub const ALL: &[Difference] = &[$(Difference::$name,)+];
        }
    };
}

differences! {
    /// Raw hash: jhash2 without the zone; SipHash-2-4 with the zone in its key.
    SipHash,
    /// Unconfirmed and dying lists per CPU; none, but one list of undelivered DESTROY events.
    NoPendingLists,
    /// CONFIRMED is set before the nodes go in; after.
    ConfirmedAfterInsertion,
    /// Chains of any length; confirm gives up at a random limit of 50 to 79 nodes.
    ChainLimit,
    /// gc scans 1/128 of the table per run; the whole table, at the pace of the average timeout.
    GcWholeTable,
    /// Clash: merged if the winner has no NAT decision or all tuples are equal; if all tuples are
    /// equal or mirrored.
    ClashMirrored,
    /// A tuple is looked up once; again by the reply direction's zone, if that is another one.
    ZoneLookedUpTwice,
    /// Clash: allowed for UDP and UDP-Lite; for GRE and generic as well.
    ClashMoreProtocols,
    /// Clash: the loser's events are looked for; those of the connection that the packet has now.
    ClashWinnerTells,
    /// Default table: `nf_conntrack_max` is four entries per bucket; one.
    MaxOnePerBucket,
    /// `nf_conntrack_events`: 1, always; 2, once somebody listens.
    EventsOnceHeard,
    /// The stop stamp of an expired entry is when it is deleted; when its time ran out.
    StopAtExpiry,
    /// The event worker sends every waiting DESTROY per run and tries again after 100 ms; one per
    /// run, and again after 10 ms.
    OneEventPerRun,
    /// DESTROY carries neither timeout nor state; a timeout above 0 and the state.
    DestroyTellsState,
    /// A reopened connection counts `invalid`; it does not.
    ReopenNotCounted,
    /// Helpers by template or, by sysctl, by port; by ruleset alone.
    HelperByRulesetOnly,
    /// UDP is ASSURED at the packet after the first reply; once it is a stream.
    UdpAssuredAsStream,
    /// TCP out of the window: invalid; a little data over it, data below it and very old
    /// acknowledgements pass and change nothing.
    TcpWindowIgnores,
    /// TCP, a FIN or RST out of the window: forgotten; remembered, and a second one from the other
    /// side shortens the timeout.
    TcpInvalidCloseShortens,
    /// TCP window of a side known already: renewed by any packet in the handshake that goes beyond
    /// it; by a SYN that does, and then the scales are looked at again.
    TcpSynRenewsWindow,
    /// TCP window scale: off unless both sides offered it, judged at any first SYN; at a reply.
    TcpScaleByReply,
    /// TCP: a side of which options are read, or that answers a SYN that was ignored, is liberal
    /// no longer; stays so.
    TcpStaysLiberal,
    /// TCP reset: compared with what was acknowledged, in every state; believed at once when the
    /// connection is closing.
    TcpResetWhileClosing,
    /// TCP reset: compared with what was acknowledged; not right after an ignored SYN.
    TcpResetAfterSyn,
    /// TCP reset with sequence number 0: compared like any other; judged by the window alone,
    /// unless the connection is open and assured.
    TcpResetFromZero,
    /// TCP reset that fails the comparison: invalid; passes on if `tcp_ignore_invalid_rst` is 1.
    TcpResetIgnoreInvalid,
    /// TCP reset that acknowledges the end of the last packet: believed; only if the other side
    /// sent that packet.
    TcpResetAnswersOther,
    /// TCP reply ACK to a SYN: its acknowledgement is forgotten; remembered.
    TcpChallengeRemembered,
    /// TCP reset that answers that ACK: judged by the window; believed.
    TcpChallengeAnswered,
    /// TCP SYN sent again before a reply: renews the timeout; does not.
    TcpSynAgainWaits,
    /// A TCP reset sent by a REJECT rule: unnoticed by conntrack; closes the entry.
    TcpRejectCloses,
    /// DCCP has its tracker; it is generic.
    DccpGeneric,
    /// SCTP: a state HEARTBEAT_ACKED; none, and five cells that let an association go on.
    SctpCells,
    /// SCTP: any tag opens an association, ABORT and SHUTDOWN_COMPLETE may have either; each has
    /// its own.
    SctpStrictTags,
    /// SCTP: the last INIT or INIT_ACK sets the tag; only one that was asked for.
    SctpInitFlags,
    /// SCTP is ASSURED by a COOKIE_ACK of the reply direction, after the refresh; by any way into
    /// ESTABLISHED, at once.
    SctpAssuredAtOnce,
    /// ICMPv6: redirects are tracked like any message, and refused; they are errors, checked as
    /// such.
    Icmpv6Redirect,
    /// ICMPv6: multicast router discovery is refused; it is not tracked.
    Icmpv6RouterDiscovery,
    /// NAT: a port for an expectation is looked for upwards from the announced one; at random above
    /// it, 128 times.
    NatExpectPortRandom,
    /// NAT: destination ports of a range are tried from a random one on; from the first one on.
    NatDestinationPortsInOrder,
    /// NAT: the opposite flow takes a source that is to stay as it is; it does not, where both may
    /// be opened at once and neither is translated.
    NatLeavesOppositeFlow,
    /// NAT: a closing TCP connection keeps its port; a new one with higher numbers may take it.
    NatTakesClosingPort,
}
