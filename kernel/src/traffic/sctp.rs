//! SCTP associations.

use super::rng::Rng;
use super::script::{End, Script, Side, host};

/// The steps of an association: from the client, chunks, whose tag stands in the header.
#[derive(Clone, Copy)]
enum Tag {
    Zero,
    /// The tag that the receiver chose.
    Right,
}

const OPENING: [(bool, &str, Tag); 4] = [
    (true, "init", Tag::Zero),
    (false, "init-ack", Tag::Right),
    (true, "cookie-echo", Tag::Right),
    (false, "cookie-ack", Tag::Right),
];

const CLOSING: [(bool, &str, Tag); 3] = [
    (true, "shutdown", Tag::Right),
    (false, "shutdown-ack", Tag::Right),
    (true, "shutdown-complete", Tag::Right),
];

const CHUNKS: [&str; 17] = [
    "data len=20",
    "sack",
    "data len=20 sack",
    "heartbeat",
    "heartbeat-ack",
    "heartbeat",
    "heartbeat-ack",
    "abort",
    "abort=T",
    "shutdown",
    "shutdown-ack",
    "shutdown-complete",
    "shutdown-complete=T",
    "error",
    "cookie-echo",
    "cookie-ack",
    "cookie-echo data len=8",
];

pub(super) fn flows(rng: &mut Rng, script: &mut Script) {
    let six = rng.percent(25);
    let client = End {
        addr: host(rng, Side::A, six),
        port: rng.pick(&[6000, 6001]),
    };
    let server = End {
        addr: host(rng, Side::B, six),
        port: 2905,
    };
    let mut tags = [rng.next_u32() | 1, rng.next_u32() | 1];
    let mut plan: Vec<(bool, &str, Tag)> = Vec::new();
    if rng.percent(85) {
        plan.extend(OPENING);
    }
    for _ in 0..rng.below(5) {
        plan.push((rng.percent(50), rng.pick(&CHUNKS[..7]), Tag::Right));
    }
    if rng.percent(60) {
        let swap = rng.percent(40);
        plan.extend(CLOSING.map(|(by, chunk, tag)| (by != swap, chunk, tag)));
    }
    if rng.percent(30) {
        plan.extend(OPENING);
    }
    for (by_client, chunk, tag) in plan {
        if rng.percent(12) {
            // Lost before the router.
            continue;
        }
        send(
            rng,
            script,
            (client, server),
            &mut tags,
            by_client,
            chunk,
            tag,
        );
        if rng.percent(8) {
            // Sent again.
            send(
                rng,
                script,
                (client, server),
                &mut tags,
                by_client,
                chunk,
                tag,
            );
        }
        if rng.percent(22) {
            let chunk = rng.pick(&CHUNKS);
            let by = rng.percent(50);
            send(
                rng,
                script,
                (client, server),
                &mut tags,
                by,
                chunk,
                Tag::Right,
            );
        }
        if rng.percent(5) {
            tags[usize::from(rng.percent(50))] = rng.next_u32() | 1;
        }
    }
}

fn send(
    rng: &mut Rng,
    script: &mut Script,
    (client, server): (End, End),
    tags: &mut [u32; 2],
    by_client: bool,
    chunk: &str,
    tag: Tag,
) {
    let (side, src, dst) = if by_client {
        (Side::A, client, server)
    } else {
        (Side::B, server, client)
    };
    let (own, peer) = (tags[usize::from(!by_client)], tags[usize::from(by_client)]);
    let chunk = match chunk {
        "init" | "init-ack" => {
            let own = if rng.percent(3) { 0 } else { own };
            format!("{chunk}={own:#x}")
        }
        other => other.to_owned(),
    };
    let vtag = match tag {
        Tag::Zero => rng.weighted(&[(97, 0), (3, peer)]),
        // An ABORT or SHUTDOWN COMPLETE with the T bit repeats the sender's own tag.
        Tag::Right if chunk.ends_with("=T") => rng.weighted(&[(85, own), (15, peer)]),
        Tag::Right => rng.weighted(&[(91, peer), (4, 0), (3, own), (2, 0xdead)]),
    };
    let broken = rng.weighted(&[
        (96, ""),
        (2, " badcsum"),
        (1, " trunc=11"),
        (1, " trunc=14"),
    ]);
    script.packet(
        side,
        format!("sctp {src} > {dst} vtag={vtag:#x} {chunk}{broken}"),
    );
}
