//! FTP and TFTP with their helpers.

use super::rng::Rng;
use super::script::{Script, Side};
use serde_json::json;

const CLIENT: &str = "10.0.0.10";
const SERVER: &str = "192.0.2.20";

/// The control connection of an FTP session.
struct Session {
    sport: u16,
    /// What client and server send next.
    next: [u32; 2],
}

impl Session {
    fn line(&self, by: usize, flags: &str, more: &str) -> (Side, String) {
        let (side, ends) = if by == 0 {
            (Side::A, format!("{CLIENT}:{} > {SERVER}:21", self.sport))
        } else {
            (Side::B, format!("{SERVER}:21 > {CLIENT}:{}", self.sport))
        };
        let (seq, ack) = (self.next[by], self.next[1 - by]);
        (
            side,
            format!("tcp {ends} {flags} seq={seq} ack={ack}{more}"),
        )
    }

    fn send(&mut self, script: &mut Script, by: usize, flags: &str, more: &str, len: usize) {
        let (side, line) = self.line(by, flags, more);
        script.packet(side, line);
        self.next[by] = self.next[by].wrapping_add(len as u32);
    }

    fn say(&mut self, script: &mut Script, by: usize, text: &str) {
        let escaped = text.replace('\r', "\\r").replace('\n', "\\n");
        self.send(
            script,
            by,
            "PA",
            &format!(" data=\"{escaped}\""),
            text.len(),
        );
        self.send(script, 1 - by, "A", "", 0);
    }
}

pub(super) fn flows(rng: &mut Rng, script: &mut Script) {
    let mut rules = vec![
        json!({"match": {"proto": "tcp", "dport": 21}, "action": {"helper": "ftp"}}),
        json!({"match": {"proto": "udp", "dport": 69}, "action": {"helper": "tftp"}}),
    ];
    if rng.percent(20) {
        rules.remove(0);
    }
    script.rules(rules.into());
    if rng.percent(25) {
        tftp(rng, script);
    }
    let mut ftp = Session {
        sport: rng.pick(&[40000, 40001]),
        next: [rng.next_u32() >> 1, rng.next_u32() >> 1],
    };
    ftp.send(script, 0, "S", " mss=1460", 1);
    ftp.send(script, 1, "SA", " mss=1460", 1);
    ftp.send(script, 0, "A", "", 0);
    ftp.say(script, 1, "220 ready\r\n");
    ftp.say(script, 0, "USER a\r\n");
    for _ in 0..rng.between(1, 4) {
        let port = rng.pick(&[50_000_u32, 50_001]);
        let numbers = format!("{},{}", port >> 8, port & 255);
        let data = match rng.below(5) {
            0 | 1 => {
                ftp.say(script, 0, &format!("PORT 10,0,0,10,{numbers}\r\n"));
                Some((Side::B, format!("{SERVER}:20"), format!("{CLIENT}:{port}")))
            }
            2 => {
                ftp.say(script, 0, "PASV\r\n");
                ftp.say(
                    script,
                    1,
                    &format!("227 Entering (192,0,2,20,{numbers})\r\n"),
                );
                Some((
                    Side::A,
                    format!("{CLIENT}:41000"),
                    format!("{SERVER}:{port}"),
                ))
            }
            3 => {
                ftp.say(script, 0, &format!("EPRT |1|10.0.0.10|{port}|\r\n"));
                Some((Side::B, format!("{SERVER}:20"), format!("{CLIENT}:{port}")))
            }
            _ => {
                let wrong = rng.pick(&[
                    "PORT 10,0,0,99,195,80\r\n",
                    "PORT 10,0,0\r\n",
                    "PORT 10,0,0,10,300,1\r\n",
                    "NOOP\r\n",
                    "PORT 10,0,0,10,195,80",
                ]);
                ftp.say(script, 0, wrong);
                None
            }
        };
        if let Some((side, src, dst)) = data.filter(|_| rng.percent(75)) {
            let seq = rng.next_u32() >> 1;
            script.packet(side, format!("tcp {src} > {dst} S seq={seq} mss=1460"));
            let answer = format!("tcp {dst} > {src} SA seq=900 ack={} mss=1460", seq + 1);
            script.packet(side.other(), answer);
            script.packet(side, format!("tcp {src} > {dst} A seq={} ack=901", seq + 1));
        }
        if rng.percent(8) {
            script.delete(json!({"proto": "tcp", "dport": 21}));
        }
    }
}

fn tftp(rng: &mut Rng, script: &mut Script) {
    let port = rng.pick(&[3000, 3001]);
    let request = rng.pick(&[
        "\\x00\\x01f\\x00octet\\x00",
        "\\x00\\x02f\\x00octet\\x00",
        "\\x00\\x04\\x00\\x01",
    ]);
    script.packet(
        Side::A,
        format!("udp {CLIENT}:{port} > {SERVER}:69 data=\"{request}\""),
    );
    let from = rng.pick(&[4000, 69]);
    let data = "data=\"\\x00\\x03\\x00\\x01x\"";
    script.packet(
        Side::B,
        format!("udp {SERVER}:{from} > {CLIENT}:{port} {data}"),
    );
    script.packet(
        Side::A,
        format!("udp {CLIENT}:{port} > {SERVER}:{from} len=4"),
    );
}
