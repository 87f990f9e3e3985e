//! Interfaces: `iface NAME [ADDRESS/LEN]… [route NETWORK]… [mtu N]`.
//!
//! ```text
//! iface a 10.0.0.1/24 2001:db8:a::1/64
//! iface b 192.0.2.1/24 route 0.0.0.0/0
//! ```

use super::ParseError;
use super::filter::Reader;
use super::nft::{ShownPrefix, if_name, prefix};
use super::words::{Fault, Word};
use crate::engine::router::{IFACE_ADDRS_MAX, Iface, MTU_DEFAULT};
use crate::engine::rules::Prefix;
use crate::words::{scenario as w, tell};
use core::fmt;

/// Smallest packet that every link must carry whole (RFC 791).
const MTU_MIN: u64 = 68;

/// The network, or the single address, that a text such as `10.0.0.0/24` names.
pub fn parse_network(text: &str) -> Result<Prefix, ParseError> {
    let word = Word { at: 0, text };
    prefix(word).map_err(|fault| fault.located(1, text))
}

/// An interface.
pub(super) fn iface(first: Word<'_>, words: &[Word<'_>]) -> Result<Iface, Fault> {
    let mut reader = Reader::new(first, words);
    let name = if_name(reader.need(w::THE_NAME_OF_AN.text())?)?;
    let (mut addrs, mut routes, mut mtu) = (Vec::new(), Vec::new(), None);
    while let Some(word) = reader.next() {
        match word.text {
            "route" => {
                let network = reader.need(w::A_NETWORK_SUCH_AS.text())?;
                add(&mut routes, prefix(network)?, network)?;
            }
            "mtu" => {
                if mtu.is_some() {
                    return Err(word.fault(w::MTU_IS_GIVEN_TWICE.text(), w::EVERY_PART_ONCE.text()));
                }
                let bytes = reader.need("bytes")?;
                mtu = Some(bytes.number("mtu", MTU_MIN..=65535)? as u16);
            }
            _ => add(&mut addrs, prefix(word)?, word)?,
        }
    }
    Ok(Iface {
        name,
        addrs,
        routes,
        mtu: mtu.unwrap_or(MTU_DEFAULT),
    })
}

fn add(list: &mut Vec<Prefix>, net: Prefix, word: Word<'_>) -> Result<(), Fault> {
    if list.len() >= IFACE_ADDRS_MAX {
        let problem = tell!(w::AN_INTERFACE_HAS_AT, iface_addrs_max = IFACE_ADDRS_MAX);
        return Err(word.fault(problem, w::THE_END_OF_THE.text()));
    }
    list.push(net);
    Ok(())
}

/// Prints an interface as `iface` reads it.
pub(super) fn print_iface(iface: &Iface, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Iface {
        name,
        addrs,
        routes,
        mtu,
    } = iface;
    write!(f, "iface {name}")?;
    for own in addrs {
        write!(f, " {}", ShownPrefix(*own))?;
    }
    for net in routes {
        write!(f, " route {}", ShownPrefix(*net))?;
    }
    if *mtu != MTU_DEFAULT {
        write!(f, " mtu {mtu}")?;
    }
    Ok(())
}
