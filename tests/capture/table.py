"""The connection tracking table of the namespace this runs in, read by ctnetlink, as JSON.

Keys are those of the recordings in ../data/recorded. Python 3.9 or later, nothing but its library.
"""

import ipaddress
import json
import socket
import struct
import time

NETLINK_NETFILTER = 12
IPCTNL_MSG_CT_GET = 0x101
DUMP_REQUEST = 0x301
NLMSG_ERROR, NLMSG_DONE = 2, 3

TUPLE_ORIG, TUPLE_REPLY, STATUS, PROTOINFO, HELP, TIMEOUT, TUPLE_MASTER = 1, 2, 3, 4, 5, 7, 14
STATUS_BITS = (
    "EXPECTED SEEN_REPLY ASSURED CONFIRMED SRC_NAT DST_NAT SEQ_ADJUST SRC_NAT_DONE DST_NAT_DONE DYING "
    "FIXED_TIMEOUT TEMPLATE UNTRACKED HELPER OFFLOAD HW_OFFLOAD"
).split()
TCP_STATES = (
    "NONE SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE SYN_SENT2"
).split()
PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp"}


def attributes(data):
    """The attributes that a message or an attribute holds, by kind."""
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[4:length]
        data = data[(length + 3) & ~3 :]
    return found


def number(data):
    return int.from_bytes(data, "big")


def tuple_of(data):
    """A tuple, and the number of its protocol."""
    parts = attributes(data)
    ip, proto = attributes(parts[1]), attributes(parts[2])
    src, dst = (ip.get(1) or ip.get(3)), (ip.get(2) or ip.get(4))
    tuple_ = {"src": str(ipaddress.ip_address(src)), "dst": str(ipaddress.ip_address(dst))}
    if 2 in proto:
        tuple_.update(sport=number(proto[2]), dport=number(proto[3]))
    for first in (4, 7):
        if first in proto:
            tuple_.update(
                type=number(proto[first + 1]), code=number(proto[first + 2]), id=number(proto[first])
            )
    return tuple_, number(proto[1])


def entry_of(family, data):
    parts = attributes(data)
    orig, protonum = tuple_of(parts[TUPLE_ORIG])
    status = number(parts[STATUS])
    entry = {
        "l3": "ipv4" if family == socket.AF_INET else "ipv6",
        "proto": PROTOCOLS.get(protonum, "unknown"),
        "protonum": protonum,
        "timeout": number(parts[TIMEOUT]),
        "orig": orig,
        "reply": tuple_of(parts[TUPLE_REPLY])[0],
        "status": "|".join(name for bit, name in enumerate(STATUS_BITS) if status >> bit & 1),
    }
    tcp = attributes(attributes(parts.get(PROTOINFO, b"")).get(1, b""))
    if tcp:
        entry["state"] = TCP_STATES[tcp[1][0]]
    if HELP in parts:
        entry["helper"] = attributes(parts[HELP])[1].rstrip(b"\0").decode()
    if TUPLE_MASTER in parts:
        entry["master"] = tuple_of(parts[TUPLE_MASTER])[0]
    return entry


def entries():
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as netlink:
        netlink.bind((0, 0))
        netlink.send(struct.pack("=IHHIIBBH", 20, IPCTNL_MSG_CT_GET, DUMP_REQUEST, 1, 0, 0, 0, 0))
        while True:
            data = netlink.recv(1 << 20)
            while len(data) >= 16:
                length, kind = struct.unpack_from("=IH", data)
                if kind == NLMSG_DONE:
                    return
                if kind == NLMSG_ERROR:
                    raise OSError("the kernel does not list its connections")
                yield entry_of(data[16], data[20:length])
                data = data[(length + 3) & ~3 :]


if __name__ == "__main__":
    listed_at = time.time_ns()
    print(json.dumps({"listed_at_ns": listed_at, "entries": list(entries())}))
