//! Stations on a packet's way.

use super::skb::{CtInfo, Path};

/// A place where a packet can be. The five hooks are at the point where rules are asked: behind
/// conntrack (-200) and before confirm (the last of its hook).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Station {
    /// `NF_INET_PRE_ROUTING`.
    Prerouting,
    /// `NF_INET_LOCAL_IN`.
    Input,
    /// `NF_INET_FORWARD`.
    Forward,
    /// `NF_INET_LOCAL_OUT`.
    Output,
    /// `NF_INET_POST_ROUTING`.
    Postrouting,
    /// Behind the last hook: in the queue of the device, or on the way to the socket.
    Queue,
}

impl Station {
    /// Every station.
    pub const ALL: [Station; 6] = [
        Station::Prerouting,
        Station::Input,
        Station::Forward,
        Station::Output,
        Station::Postrouting,
        Station::Queue,
    ];

    /// The name on the page and in `data-at`.
    pub const fn name(self) -> &'static str {
        match self {
            Station::Prerouting => "PREROUTING",
            Station::Input => "INPUT",
            Station::Forward => "FORWARD",
            Station::Output => "OUTPUT",
            Station::Postrouting => "POSTROUTING",
            Station::Queue => "QUEUE",
        }
    }

    /// The stations of a way, in order.
    pub const fn of(path: Path) -> &'static [Station] {
        match path {
            Path::Forward => &[
                Station::Prerouting,
                Station::Forward,
                Station::Postrouting,
                Station::Queue,
            ],
            Path::Input => &[Station::Prerouting, Station::Input, Station::Queue],
            Path::Output => &[Station::Output, Station::Postrouting, Station::Queue],
        }
    }

    /// The station behind this one on a way, `None` behind the last.
    pub const fn after(self, path: Path) -> Option<Station> {
        match (self, path) {
            (Station::Prerouting, Path::Input) => Some(Station::Input),
            (Station::Prerouting, Path::Forward | Path::Output) => Some(Station::Forward),
            (Station::Forward | Station::Output, _) => Some(Station::Postrouting),
            (Station::Input | Station::Postrouting, _) => Some(Station::Queue),
            (Station::Queue, _) => None,
        }
    }

    /// Stations that a packet may come to: those of its way, or with an interface to come in by all
    /// that routing may choose.
    pub const fn of_inject(path: Path, routed: bool) -> &'static [Station] {
        if !routed {
            return Station::of(path);
        }
        &[
            Station::Prerouting,
            Station::Input,
            Station::Forward,
            Station::Postrouting,
            Station::Queue,
        ]
    }

    /// The main conntrack hook is here, at priority -200.
    /// Differs: it is in place from the start; a kernel puts it there once a rule needs it.
    pub const fn tracks(self) -> bool {
        matches!(self, Station::Prerouting | Station::Output)
    }

    /// The help-and-confirm hook is here, at the highest priority number.
    pub const fn confirms(self) -> bool {
        matches!(self, Station::Input | Station::Postrouting)
    }

    /// The function that a packet meets first here.
    pub const fn conntrack_function(self) -> &'static str {
        match self {
            Station::Prerouting => "ipv4_conntrack_in",
            Station::Output => "ipv4_conntrack_local",
            Station::Input | Station::Forward | Station::Postrouting => "nf_hook_slow",
            Station::Queue => "dev_queue_xmit",
        }
    }

    /// The file of [`Station::conntrack_function`].
    pub const fn conntrack_file(self) -> &'static str {
        match self {
            Station::Prerouting | Station::Output => "net/netfilter/nf_conntrack_proto.c",
            Station::Input | Station::Forward | Station::Postrouting => "net/netfilter/core.c",
            Station::Queue => "net/core/dev.c",
        }
    }
}

bitflags::bitflags! {
    /// What `ct state` in a rule can ask for.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct CtStates: u8 {
        /// A packet without a connection.
        const INVALID = 1 << 0;
        /// NEW.
        const NEW = 1 << 1;
        /// ESTABLISHED, both directions.
        const ESTABLISHED = 1 << 2;
        /// RELATED, both directions.
        const RELATED = 1 << 3;
        /// UNTRACKED.
        const UNTRACKED = 1 << 4;
    }
}

impl CtStates {
    /// The bit that fits a packet; `None` stands for a packet with nothing attached.
    pub const fn of(ctinfo: Option<CtInfo>) -> CtStates {
        match ctinfo {
            None => CtStates::INVALID,
            Some(CtInfo::New) => CtStates::NEW,
            Some(CtInfo::Established | CtInfo::EstablishedReply) => CtStates::ESTABLISHED,
            Some(CtInfo::Related | CtInfo::RelatedReply) => CtStates::RELATED,
            Some(CtInfo::Untracked) => CtStates::UNTRACKED,
        }
    }
}
