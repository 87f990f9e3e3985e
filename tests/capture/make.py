"""Captures real sessions and what the kernel made of them, into ../data/captures.

    python3 tests/capture/make.py [NAME ...]

Three private network namespaces, gone when this ends:

              10.0.0.10                                     192.0.2.20
    client  ---  10.0.0.1   router (nft, conntrack)  192.0.2.1  ---  server
              2001:db8:a::10                          2001:db8:b::20

Real programs talk from client to server. tcpdump listens on the router, each packet once and in the
order in which conntrack got it: on all interfaces with `-Q in` (what comes in goes to conntrack next),
or on the client's interface alone, where a reply is seen as it leaves. The cards' offloads are off, so
that lengths and checksums are those of the wire. When a session is over, the router's table is listed
and saved beside the capture, with the time and the rules.

Needs Linux with nf_conntrack, root, and the programs of the Debian packages
iproute2 nftables conntrack tcpdump ethtool iputils-ping curl bind9-dnsutils dnsmasq-base vsftpd python3.
"""

import json
import os
import platform
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "data" / "captures"
PROGRAMS = "ip nft conntrack tcpdump ethtool ping curl dig dnsmasq vsftpd unshare nsenter".split()

# The rules of the router. A session adds its own, in nft's words and in those of a scenario.
RULES = """
table inet lab {
    ct helper ftp-standard { type "ftp" protocol tcp; }
    chain forward {
        type filter hook forward priority 0; policy drop;
        ct state established,related accept
        tcp dport { 9, 21, 80 } accept
        udp dport 53 accept
        meta l4proto { icmp, ipv6-icmp } accept
    }
    %s
}
"""
NOTHING = ("", [])
HELPER = (
    'chain helper { type filter hook prerouting priority -150; tcp dport 21 ct helper set "ftp-standard"; }',
    ["nft prerouting tcp dport 21 ct helper set ftp"],
)
MASQUERADE = (
    "chain nat { type nat hook postrouting priority 100; oifname to-server meta nfproto ipv4 masquerade; }",
    ["nft postrouting oif b ip saddr 10.0.0.0/24 masquerade"],
)
BOTH = (HELPER[0] + "\n    " + MASQUERADE[0], HELPER[1] + MASQUERADE[1])
# The router in the words of an import: its interface a is the one to the client.
SIDE_A = ["10.0.0.0/24", "2001:db8:a::/64"]
OWN = ["10.0.0.1", "2001:db8:a::1", "192.0.2.1", "2001:db8:b::1"]

INCOMING = ["-i", "any", "-Q", "in"]
COOKED_V1 = INCOMING + ["-y", "LINUX_SLL"]
CLIENT_SIDE = ["-i", "to-client"]

FTP = "ftp://192.0.2.20/"
FTPLIB = """
import ftplib
ftp = ftplib.FTP("192.0.2.20", timeout=5)
ftp.login()
ftp.set_pasv(%s)
print(ftp.nlst())
ftp.retrbinary("RETR hello.txt", print)
ftp.quit()
"""


def ftplib(passive):
    return [sys.executable, "-c", FTPLIB % passive]


# Leaves connections in many states: says "ready" and stays. The DNS question is for `www.example.test`.
STATES = """
import socket, struct, sys, time
def tcp(port, host="192.0.2.20"):
    s = socket.socket()
    s.settimeout(0.5)
    try:
        s.connect((host, port))
    except OSError as error:
        print(error)
    return s
ask = b"GET /hello.txt HTTP/1.0\\r\\n\\r\\n"
idle = tcp(80)
asked = tcp(80)
asked.sendall(ask[:9])
answered = tcp(80)
answered.sendall(ask)
while answered.recv(1000):
    pass
reset = tcp(80)
reset.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
reset.sendall(ask[:9])
time.sleep(0.1)
reset.close()
refused = tcp(9)
nobody = tcp(80, "192.0.2.99")
names = b"".join(bytes([len(part)]) + part for part in b"www.example.test".split(b"."))
question = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + names + struct.pack("!BHH", 0, 1, 1)
dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
dns.settimeout(2)
dns.connect(("192.0.2.20", 53))
for pause in (0, 1, 1.2, 0.3):
    time.sleep(pause)
    dns.send(question)
    dns.recv(1000)
print("ready", flush=True)
time.sleep(60)
"""


# Name, what it is, how it is captured, the router's rules, and what the client runs; a command
# that says "ready" goes on while the table is listed.
SESSIONS = [
    ("http", "A TCP handshake, an HTTP request, and the end.", INCOMING, NOTHING,
     [["curl", "-sS", "http://192.0.2.20/hello.txt"]]),
    ("http_ipv6", "The same over IPv6, and a connection to a closed port.", CLIENT_SIDE, NOTHING,
     [["curl", "-sS", "http://[2001:db8:b::20]/hello.txt"],
      ["curl", "-sS", "http://[2001:db8:b::20]:21/"]]),
    ("dns", "Two questions and their answers.", CLIENT_SIDE, NOTHING,
     [["dig", "+short", "+tries=1", "@192.0.2.20", "www.example.test", "A"],
      ["dig", "+short", "+tries=1", "@192.0.2.20", "www.example.test", "AAAA"]]),
    ("ping", "Three echo requests and their replies, and one that nobody answers.", COOKED_V1, NOTHING,
     [["ping", "-c", "3", "-i", "0.2", "192.0.2.20"],
      ["ping", "-c", "1", "-W", "1", "192.0.2.99"]]),
    ("states", "Connections that are idle, half closed, reset, refused, unanswered, and a UDP stream.",
     INCOMING, NOTHING, [[sys.executable, "-c", STATES]]),
    ("ftp_passive", "Files and a list by FTP, the server opens a port: EPSV and PASV.", INCOMING, HELPER,
     [["curl", "-sS", FTP + "hello.txt"],
      ["curl", "-sS", "--disable-epsv", FTP + "hello.txt"],
      ftplib(True)]),
    ("ftp_active", "Files and a list by FTP, the client opens a port: EPRT and PORT.", INCOMING, HELPER,
     [["curl", "-sS", "-P", "-", FTP + "hello.txt"],
      ["curl", "-sS", "-P", "-", "--disable-eprt", FTP + "hello.txt"],
      ftplib(False)]),
    ("masquerade", "HTTP, DNS and ping, all behind the router's address.", INCOMING, MASQUERADE,
     [["curl", "-sS", "http://192.0.2.20/hello.txt"],
      ["dig", "+short", "+tries=1", "@192.0.2.20", "www.example.test", "A"],
      ["ping", "-c", "2", "-i", "0.2", "192.0.2.20"]]),
    ("ftp_masquerade", "FTP behind the router's address: it rewrites PORT and EPRT.", INCOMING, BOTH,
     [["curl", "-sS", "-P", "-", FTP + "hello.txt"],
      ["curl", "-sS", "-P", "-", "--disable-eprt", FTP + "hello.txt"],
      ftplib(True)]),
]

VSFTPD = """
listen=YES
background=NO
anonymous_enable=YES
anon_root={root}
secure_chroot_dir={empty}
connect_from_port_20=YES
pasv_enable=YES
port_enable=YES
isolate=NO
isolate_network=NO
seccomp_sandbox=NO
xferlog_enable=NO
"""


class Lab:
    """The namespaces, and what runs in them."""

    def __init__(self, folder):
        self.folder = folder
        self.running = []
        self.spaces = {name: self.space() for name in ("client", "router", "server")}

    def space(self):
        holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self.running.append(holder)
        ours = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{holder.pid}/ns/net") == ours:
            time.sleep(0.01)
        return holder.pid

    def words(self, space, words):
        return ["nsenter", f"--net=/proc/{self.spaces[space]}/ns/net", *words]

    def run(self, space, words, check=True, **more):
        return subprocess.run(
            self.words(space, words), check=check, timeout=20, text=True, capture_output=True, **more
        )

    def start(self, space, words, **more):
        process = subprocess.Popen(self.words(space, words), **more)
        self.running.append(process)
        return process

    def close(self):
        for process in reversed(self.running):
            process.kill()
            process.wait()

    def wire(self):
        """Cables, addresses, routes."""
        for link, end in (("to-client", "client"), ("to-server", "server")):
            self.run("router", ["ip", "link", "add", "name", link, "type", "veth", "peer", "name", "eth0",
                                "netns", str(self.spaces[end])])
        v4 = {"client": ("10.0.0.10/24", "10.0.0.1"), "server": ("192.0.2.20/24", "192.0.2.1")}
        v6 = {"client": "2001:db8:a", "server": "2001:db8:b"}
        switch = "/proc/sys/net/ipv6/conf"
        cards = {"client": ["eth0"], "server": ["eth0"], "router": ["to-client", "to-server"]}
        for space, links in cards.items():
            # Addresses at once, and nobody asks for routers.
            self.run(space, ["sh", "-c", f"for i in {' '.join(links)}; do"
                             f" echo 0 > {switch}/$i/accept_dad;"
                             f" echo 0 > {switch}/$i/router_solicitations; done"])
            for link in links:
                self.run(space, ["ethtool", "-K", link, "tx", "off", "rx", "off", "sg", "off",
                                 "tso", "off", "gso", "off", "gro", "off"])
        for link, net4, net6 in (("to-client", "10.0.0.1/24", "2001:db8:a::1/64"),
                                 ("to-server", "192.0.2.1/24", "2001:db8:b::1/64")):
            self.run("router", ["ip", "addr", "add", net4, "dev", link])
            self.run("router", ["ip", "addr", "add", net6, "dev", link, "nodad"])
            self.run("router", ["ip", "link", "set", link, "up"])
        self.run("router", ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward;"
                            f"echo 1 > {switch}/all/forwarding"])
        for space in ("client", "server"):
            address, gateway = v4[space]
            net6 = v6[space]
            last = "10" if space == "client" else "20"
            self.run(space, ["ip", "link", "set", "lo", "up"])
            self.run(space, ["ip", "addr", "add", address, "dev", "eth0"])
            self.run(space, ["ip", "addr", "add", f"{net6}::{last}/64", "dev", "eth0", "nodad"])
            self.run(space, ["ip", "link", "set", "eth0", "up"])
            self.run(space, ["ip", "route", "add", "default", "via", gateway])
            self.run(space, ["ip", "-6", "route", "add", "default", "via", f"{net6}::1"])

    def serve(self):
        """The programs of the server."""
        root = self.folder / "root"
        empty = self.folder / "empty"
        root.mkdir()
        empty.mkdir()
        (root / "hello.txt").write_text("Hello from the server.\n")
        for folder in (self.folder, root, empty):
            folder.chmod(0o555 if folder != self.folder else 0o755)
        config = self.folder / "vsftpd.conf"
        config.write_text(VSFTPD.format(root=root, empty=empty))
        config.chmod(0o600)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.start("server", [sys.executable, "-m", "http.server", "80", "--bind", "::",
                              "--directory", str(root)], **quiet)
        self.start("server", ["vsftpd", str(config)])
        self.start("server", ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv",
                              "--no-hosts", "--port=53", "--pid-file=", "--user=root",
                              "--address=/www.example.test/192.0.2.80",
                              "--address=/www.example.test/2001:db8:b::80"])
        for port in (80, 21, 53):
            self.wait_for(port)

    def wait_for(self, port):
        for _ in range(200):
            listening = self.run("server", ["ss", "-Hltn", f"sport = :{port}"]).stdout
            if listening.strip():
                return
            time.sleep(0.05)
        raise SystemExit(f"nothing listens on port {port} of the server")

    def warm_up(self):
        """Lets everybody learn everybody's link address, before there are rules to track it."""
        for address in ("192.0.2.20", "2001:db8:b::20"):
            self.run("client", ["ping", "-c", "1", address])


def record(name, about, how, rules, commands):
    folder = Path(tempfile.mkdtemp(prefix="captures-"))
    lab = Lab(folder)
    try:
        lab.wire()
        lab.serve()
        lab.warm_up()
        lab.run("router", ["nft", "-f", "-"], input=RULES % rules[0])
        file = DATA / f"{name}.pcap"
        tcpdump = lab.start(
            "router",
            ["tcpdump", "-n", "-s", "2000", "-B", "16384", "-U", "--immediate-mode",
             "-Z", "root", *how, "-w", str(file)],
            stderr=subprocess.PIPE, text=True)
        while "listening on" not in tcpdump.stderr.readline():
            pass
        time.sleep(0.2)
        for words in commands:
            if STATES in words:
                stays = lab.start("client", words, stdout=subprocess.PIPE, text=True)
                while stays.stdout.readline() != "ready\n":
                    pass
                continue
            done = lab.run("client", words, check=False)
            print(f"{name}: {' '.join(words[:4])}: {done.stdout.strip()} {done.stderr.strip()}"[:200])
        time.sleep(1)
        table = json.loads(lab.run("router", [sys.executable, str(HERE / "table.py")]).stdout)
        text = lab.run("router", ["conntrack", "-L", "-o", "extended"]).stdout
        time.sleep(0.3)
        tcpdump.send_signal(signal.SIGINT)
        told = tcpdump.stderr.read()
        tcpdump.wait()
        if "\n0 packets dropped by kernel" not in told:
            raise SystemExit(f"{name}: tcpdump missed packets; record it again\n{told}")
        save(name, about, rules, file, table, text)
    finally:
        lab.close()
        shutil.rmtree(folder)


def save(name, about, rules, file, table, text):
    seconds, micros = struct.unpack_from("<II", file.read_bytes(), 24)
    first = seconds * 10**9 + micros * 1000
    about = {
        "name": name,
        "description": about,
        "kernel": platform.release().split("-")[0],
        "tolerance_s": 2,
        "side_a": SIDE_A,
        "own": OWN,
        "rules": rules[1],
        "listed_ms": (table["listed_at_ns"] - first) // 10**6,
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in about.items()]
    for key, values in (("entries", table["entries"]), ("conntrack_l", text.splitlines())):
        rows = ",\n".join(f"  {json.dumps(value)}" for value in values)
        lines.append(f' "{key}": [\n{rows}\n ],')
    lines[-1] = lines[-1].rstrip(",")
    file.with_suffix(".json").write_text("{\n" + "\n".join(lines) + "\n}\n")


def main(names):
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if os.getuid() != 0 or missing:
        raise SystemExit(f"this needs root, and these programs: {' '.join(missing)}\n{__doc__}")
    DATA.mkdir(parents=True, exist_ok=True)
    known = [session[0] for session in SESSIONS]
    for name in names:
        if name not in known:
            raise SystemExit(f"{name} is not a session; there are {', '.join(known)}")
    for session in SESSIONS:
        if not names or session[0] in names:
            record(*session)


main(sys.argv[1:])
