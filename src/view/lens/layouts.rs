//! Where the states of a diagram stand, and which way its lines go: made by hand. Which lines there
//! are, and what is written on them, is asked of the engine's table.

use super::table::Which;

/// On which side of its point a label stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Anchor {
    /// Right of it.
    Start,
    /// Across it.
    Middle,
    /// Left of it.
    End,
}

/// A way for the line from one state to another; drawn if the table has it.
pub struct Route {
    /// From where.
    pub from: usize,
    /// To where.
    pub to: usize,
    /// Corner points; the last one is the arrow's tip.
    pub points: &'static [(i32, i32)],
    /// Where the label's baseline is.
    pub label: (i32, i32),
    /// On which side of that.
    pub anchor: Anchor,
}

/// One line for a kind of packet that leads to the same state from nearly everywhere.
pub struct Bundle {
    /// The row of the table.
    pub row: usize,
    /// The state.
    pub to: usize,
    /// Corner points; the last one is the arrow's tip.
    pub points: &'static [(i32, i32)],
    /// Where the label's first baseline is; it starts there.
    pub label: (i32, i32),
    /// There is room for the whole label in one line.
    pub one_line: bool,
}

/// A diagram.
pub struct Layout {
    /// Width and height.
    pub size: (i32, i32),
    /// Width of a state's box.
    pub node_w: i32,
    /// Top left corner of each state.
    pub nodes: &'static [(i32, i32)],
    /// The lines.
    pub routes: &'static [Route],
    /// The line that stands for many.
    pub bundle: Bundle,
}

/// Height of a state's box.
pub const NODE_H: i32 = 44;

const fn route(
    from: usize,
    to: usize,
    points: &'static [(i32, i32)],
    label: (i32, i32),
    anchor: Anchor,
) -> Route {
    Route {
        from,
        to,
        points,
        label,
        anchor,
    }
}

use Anchor::{End, Middle, Start};

/// The layout for a table and the room that there is.
pub const fn layout(which: Which, narrow: bool) -> &'static Layout {
    match (which, narrow) {
        (Which::Tcp, false) => &TCP,
        (Which::Tcp, true) => &TCP_NARROW,
        (Which::Sctp(_), false) => &SCTP,
        (Which::Sctp(_), true) => &SCTP_NARROW,
        (Which::Dccp, false) => &DCCP,
        (Which::Dccp, true) => &DCCP_NARROW,
    }
}

/// Narrower than this, the narrow layouts are taken.
pub const WIDE: i32 = 740;

// States by number: NONE, SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK,
// TIME_WAIT, CLOSE, SYN_SENT2.
const TCP: Layout = Layout {
    size: (WIDE, 342),
    node_w: 122,
    nodes: &[
        (6, 108),
        (210, 108),
        (412, 108),
        (612, 108),
        (612, 212),
        (412, 212),
        (210, 212),
        (6, 212),
        (6, 294),
        (210, 34),
    ],
    routes: &[
        route(0, 1, &[(128, 130), (210, 130)], (167, 122), Middle),
        route(
            0,
            3,
            &[(67, 108), (67, 18), (673, 18), (673, 108)],
            (400, 13),
            Middle,
        ),
        route(1, 9, &[(255, 108), (255, 78)], (264, 98), Start),
        route(1, 2, &[(332, 130), (412, 130)], (370, 122), Middle),
        route(9, 2, &[(332, 56), (473, 56), (473, 108)], (342, 51), Start),
        route(2, 3, &[(534, 130), (612, 130)], (571, 122), Middle),
        route(
            2,
            4,
            &[(490, 152), (490, 182), (640, 182), (640, 212)],
            (562, 177),
            Middle,
        ),
        route(3, 4, &[(673, 152), (673, 212)], (682, 186), Start),
        route(4, 5, &[(612, 234), (534, 234)], (575, 226), Middle),
        route(
            4,
            6,
            &[(650, 256), (650, 278), (290, 278), (290, 256)],
            (470, 273),
            Middle,
        ),
        route(5, 6, &[(412, 234), (332, 234)], (374, 226), Middle),
        route(6, 7, &[(210, 234), (128, 234)], (160, 226), Middle),
        route(
            7,
            1,
            &[(67, 212), (67, 180), (240, 180), (240, 152)],
            (76, 175),
            Start,
        ),
        route(
            8,
            1,
            &[(128, 306), (195, 306), (195, 196), (285, 196), (285, 152)],
            (204, 300),
            Start,
        ),
    ],
    bundle: Bundle {
        row: 4,
        to: 8,
        points: &[(196, 326), (128, 326)],
        label: (204, 331),
        one_line: true,
    },
};

const TCP_NARROW: Layout = Layout {
    size: (366, 474),
    node_w: 116,
    nodes: &[
        (28, 20),
        (28, 100),
        (28, 260),
        (28, 340),
        (232, 340),
        (232, 260),
        (232, 180),
        (232, 100),
        (28, 420),
        (28, 180),
    ],
    routes: &[
        route(0, 1, &[(86, 64), (86, 100)], (94, 87), Start),
        route(
            0,
            3,
            &[(28, 42), (8, 42), (8, 366), (28, 366)],
            (14, 87),
            Start,
        ),
        route(1, 9, &[(60, 144), (60, 180)], (68, 167), Start),
        route(
            1,
            2,
            &[(144, 132), (152, 132), (152, 274), (144, 274)],
            (157, 200),
            Start,
        ),
        route(9, 2, &[(60, 224), (60, 260)], (68, 247), Start),
        route(2, 3, &[(86, 304), (86, 340)], (94, 327), Start),
        route(
            2,
            4,
            &[(144, 292), (206, 292), (206, 352), (232, 352)],
            (150, 287),
            Start,
        ),
        route(3, 4, &[(144, 370), (232, 370)], (186, 386), Middle),
        route(4, 5, &[(275, 340), (275, 304)], (268, 327), End),
        route(
            4,
            6,
            &[(348, 362), (360, 362), (360, 202), (348, 202)],
            (354, 327),
            End,
        ),
        route(5, 6, &[(275, 260), (275, 224)], (268, 247), End),
        route(6, 7, &[(275, 180), (275, 144)], (268, 167), End),
        route(7, 1, &[(232, 116), (144, 116)], (190, 111), Middle),
        route(
            8,
            1,
            &[(28, 442), (18, 442), (18, 122), (28, 122)],
            (24, 407),
            Start,
        ),
    ],
    bundle: Bundle {
        row: 4,
        to: 8,
        points: &[(174, 442), (144, 442)],
        label: (180, 439),
        one_line: false,
    },
};

// States by number: NONE, CLOSED, COOKIE_WAIT, COOKIE_ECHOED, ESTABLISHED, SHUTDOWN_SENT,
// SHUTDOWN_RECD, SHUTDOWN_ACK_SENT, HEARTBEAT_SENT, HEARTBEAT_ACKED.
const SCTP: Layout = Layout {
    size: (WIDE, 340),
    node_w: 140,
    nodes: &[
        (24, 22),
        (24, 110),
        (302, 110),
        (580, 110),
        (580, 198),
        (302, 198),
        (302, 280),
        (24, 198),
        (302, 22),
        (580, 22),
    ],
    routes: &[
        route(0, 1, &[(94, 66), (94, 110)], (103, 93), Start),
        route(0, 8, &[(164, 44), (302, 44)], (233, 38), Middle),
        route(8, 9, &[(442, 44), (580, 44)], (511, 38), Middle),
        route(8, 2, &[(372, 66), (372, 110)], (381, 93), Start),
        route(
            8,
            4,
            &[(442, 34), (732, 34), (732, 220), (720, 220)],
            (511, 29),
            Middle,
        ),
        route(1, 2, &[(164, 132), (302, 132)], (233, 126), Middle),
        route(2, 3, &[(442, 132), (580, 132)], (511, 126), Middle),
        route(3, 4, &[(650, 154), (650, 198)], (641, 181), End),
        route(4, 5, &[(580, 220), (442, 220)], (511, 214), Middle),
        route(4, 6, &[(650, 242), (650, 302), (442, 302)], (641, 297), End),
        route(5, 7, &[(302, 220), (164, 220)], (233, 214), Middle),
        route(6, 7, &[(302, 302), (94, 302), (94, 242)], (103, 297), Start),
        route(7, 1, &[(94, 198), (94, 154)], (103, 181), Start),
    ],
    bundle: Bundle {
        row: 2,
        to: 1,
        points: &[(10, 316), (10, 132), (24, 132)],
        label: (6, 331),
        one_line: true,
    },
};

const SCTP_NARROW: Layout = Layout {
    size: (366, 500),
    node_w: 140,
    nodes: &[
        (18, 24),
        (18, 116),
        (18, 208),
        (18, 300),
        (18, 392),
        (206, 300),
        (206, 392),
        (206, 208),
        (206, 24),
        (206, 116),
    ],
    routes: &[
        route(0, 1, &[(56, 68), (56, 116)], (64, 86), Start),
        route(0, 8, &[(158, 46), (206, 46)], (128, 16), Start),
        route(8, 9, &[(276, 68), (276, 116)], (268, 108), End),
        route(1, 2, &[(56, 160), (56, 208)], (64, 178), Start),
        route(2, 3, &[(56, 252), (56, 300)], (64, 270), Start),
        route(3, 4, &[(56, 344), (56, 392)], (64, 362), Start),
        route(
            4,
            5,
            &[(158, 404), (182, 404), (182, 322), (206, 322)],
            (176, 382),
            End,
        ),
        route(4, 6, &[(158, 424), (206, 424)], (156, 452), Start),
        route(5, 7, &[(334, 300), (334, 252)], (326, 290), End),
        route(
            6,
            7,
            &[(346, 414), (358, 414), (358, 230), (346, 230)],
            (344, 382),
            End,
        ),
        route(
            7,
            1,
            &[(206, 230), (170, 230), (170, 148), (158, 148)],
            (178, 182),
            Start,
        ),
    ],
    bundle: Bundle {
        row: 2,
        to: 1,
        points: &[(8, 462), (8, 138), (18, 138)],
        label: (4, 478),
        one_line: false,
    },
};

// States by number: NONE, REQUEST, RESPOND, PARTOPEN, OPEN, CLOSEREQ, CLOSING, TIMEWAIT.
const DCCP: Layout = Layout {
    size: (WIDE, 232),
    node_w: 108,
    nodes: &[
        (6, 22),
        (216, 22),
        (422, 22),
        (626, 22),
        (626, 126),
        (422, 126),
        (216, 126),
        (6, 126),
    ],
    routes: &[
        route(0, 1, &[(114, 44), (216, 44)], (165, 36), Middle),
        route(1, 2, &[(324, 44), (422, 44)], (373, 36), Middle),
        route(2, 3, &[(530, 44), (626, 44)], (578, 36), Middle),
        route(3, 4, &[(690, 66), (690, 126)], (682, 116), End),
        route(
            3,
            5,
            &[(650, 66), (650, 94), (500, 94), (500, 126)],
            (575, 89),
            Middle,
        ),
        route(4, 5, &[(626, 148), (530, 148)], (578, 140), Middle),
        route(
            4,
            6,
            &[(650, 170), (650, 192), (290, 192), (290, 170)],
            (470, 187),
            Middle,
        ),
        route(5, 6, &[(422, 148), (324, 148)], (373, 140), Middle),
        route(
            7,
            1,
            &[(60, 126), (60, 94), (250, 94), (250, 66)],
            (70, 89),
            Start,
        ),
    ],
    bundle: Bundle {
        row: 7,
        to: 7,
        points: &[(60, 204), (60, 170)],
        label: (20, 220),
        one_line: true,
    },
};

const DCCP_NARROW: Layout = Layout {
    size: (366, 376),
    node_w: 116,
    nodes: &[
        (10, 24),
        (10, 112),
        (10, 200),
        (10, 288),
        (232, 288),
        (232, 200),
        (232, 112),
        (232, 24),
    ],
    routes: &[
        route(0, 1, &[(68, 68), (68, 112)], (76, 95), Start),
        route(1, 2, &[(68, 156), (68, 200)], (76, 183), Start),
        route(2, 3, &[(68, 244), (68, 288)], (76, 271), Start),
        route(3, 4, &[(126, 318), (232, 318)], (179, 334), Middle),
        route(4, 5, &[(275, 288), (275, 244)], (268, 271), End),
        route(
            4,
            6,
            &[(348, 310), (360, 310), (360, 134), (348, 134)],
            (354, 271),
            End,
        ),
        route(5, 6, &[(275, 200), (275, 156)], (268, 183), End),
        route(
            7,
            1,
            &[(232, 46), (180, 46), (180, 126), (126, 126)],
            (132, 143),
            Start,
        ),
    ],
    bundle: Bundle {
        row: 7,
        to: 7,
        points: &[(254, 9), (290, 9), (290, 24)],
        label: (8, 13),
        one_line: true,
    },
};
