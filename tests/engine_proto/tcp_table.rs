//! The table of TCP, the flags and the timeouts, as text.

use ctscope::engine::proto::tcp::{PacketKind, TcpBits, TcpState, TcpTimeout, transition};
use ctscope::engine::tuple::Dir;
use expect_test::expect;

#[test]
fn the_table_is_that_of_the_kernel() {
    let mut text = String::new();
    for dir in Dir::BOTH {
        let states = TcpState::ALL.map(TcpState::short).join(" | ");
        text += &format!("{dir:?}\n| kind \\ old | {states} |\n");
        for kind in PacketKind::ALL {
            let cells = TcpState::ALL.map(|from| transition(dir, kind, from).name());
            text += &format!("| {} | {} |\n", kind.name(), cells.join(" | "));
        }
    }
    expect![[r#"
        Original
        | kind \ old | NO | SS | SR | ES | FW | CW | LA | TW | CL | S2 |
        | SYN | SS | SS | IG | IG | IG | IG | IG | SS | SS | S2 |
        | SYNACK | IV | IV | SR | IV | IV | IV | IV | IV | IV | SR |
        | FIN | IV | IV | FW | FW | LA | LA | LA | TW | CL | IV |
        | ACK | ES | IV | ES | ES | CW | CW | TW | TW | CL | IV |
        | RST | IV | CL | CL | CL | CL | CL | CL | CL | CL | CL |
        | NONE | IV | IV | IV | IV | IV | IV | IV | IV | IV | IV |
        Reply
        | kind \ old | NO | SS | SR | ES | FW | CW | LA | TW | CL | S2 |
        | SYN | IV | S2 | IV | IV | IV | IV | IV | SS | IV | S2 |
        | SYNACK | IV | SR | IG | IG | IG | IG | IG | IG | IG | SR |
        | FIN | IV | IV | FW | FW | LA | LA | LA | TW | CL | IV |
        | ACK | IV | IG | SR | ES | CW | CW | TW | TW | CL | IG |
        | RST | IV | CL | CL | CL | CL | CL | CL | CL | CL | CL |
        | NONE | IV | IV | IV | IV | IV | IV | IV | IV | IV | IV |
    "#]]
    .assert_eq(&text);
}

#[test]
fn the_timeouts_of_the_states_are_the_kernels_defaults() {
    let mut text = String::new();
    for state in TcpState::ALL {
        let secs = match state.timeout() {
            TcpTimeout::Setting(key) => key.info().default(ctscope::engine::config::Profile::V5_10),
            TcpTimeout::Fixed(secs) => secs.0,
        };
        text += &format!("{} {secs}\n", state.name());
    }
    expect![[r#"
        NONE 120
        SYN_SENT 120
        SYN_RECV 60
        ESTABLISHED 432000
        FIN_WAIT 120
        CLOSE_WAIT 60
        LAST_ACK 30
        TIME_WAIT 120
        CLOSE 10
        SYN_SENT2 120
    "#]]
    .assert_eq(&text);
}

#[test]
fn nine_combinations_of_flags_pass_and_none_of_them_is_of_no_kind() {
    let mut text = String::new();
    for bits in 0..=u8::MAX {
        let bits = TcpBits::from_bits_retain(bits);
        let plain = bits.difference(TcpBits::PSH | TcpBits::ECE | TcpBits::CWR);
        assert_eq!(
            bits.valid(),
            plain.valid(),
            "PSH, ECE and CWR do not matter"
        );
        if bits == plain && bits.valid() {
            let names: Vec<_> = bits.iter_names().map(|(name, _)| name).collect();
            text += &format!("{} is {}\n", names.join(" "), bits.kind().name());
        }
    }
    expect![[r#"
        SYN is SYN
        RST is RST
        ACK is ACK
        FIN ACK is FIN
        SYN ACK is SYNACK
        RST ACK is RST
        SYN URG is SYN
        ACK URG is ACK
        FIN ACK URG is FIN
    "#]]
    .assert_eq(&text);
}
