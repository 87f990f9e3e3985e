//! The trackers of SCTP, DCCP and GRE in our own words.

pub(super) const SCTP: &[&str] = &[
    "check header, CRC32c, which chunks stand together",
    "for each chunk:",
    "  check the tag by the rule for its type",
    "  cell = table[direction][chunk][state], or refuse",
    "  state = cell; INIT, INIT_ACK: learn the tag",
    "nothing new: accept; else refresh with the state's timeout",
];

pub(super) const DCCP: &[&str] = &[
    "check header, checksum, type",
    "cell = table[role][type][state]",
    "cell ignore: remember the packet, accept",
    "cell invalid: refuse",
    "the server asks anew: it is the client now",
    "state = cell; refresh with its timeout",
];

pub(super) const GRE: &[&str] = &[
    "new entry: keep both timeouts in it",
    "no reply seen: refresh with the first one",
    "else: refresh with the second one, set ASSURED",
];
