//! Lenses: other ways to look at the same moment. Each takes the place of the stage and is a view
//! of the running machine; what is not looked at is not made.

pub mod bytes;
pub mod connection;
pub mod diagram;
pub mod figure;
pub mod hash;
pub mod headers;
pub mod layouts;
pub mod life;
pub mod nat;
pub mod packet;
pub mod protocol;
pub mod relations;
pub mod small;
pub mod subject;
pub mod table;
mod timeouts;
pub mod whole;
pub mod window;

use super::compare::{Against, CompareModel, compare};
use super::model::LedgerRow;
use super::scene::Scene;
use super::stage::Viewport;
use crate::engine::Step;
use crate::timeline::figures::NUMBERS;
use crate::words::{Plain, lens as w};
use connection::ConnectionView;
use figure::FigureModel;
use hash::{HashView, Typed};
use life::LifeModel;
use packet::PacketView;
use protocol::{ProtocolModel, protocol};
use relations::{RelationsModel, relations};
use std::rc::Rc;
use whole::TableLens;

/// A way to look at the moment. Those with a number are the article's figures.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lens {
    /// The stage: packet path, table, lists and cards.
    #[default]
    Machine,
    /// Figure 1: the bytes of a packet, and the tuple that is read out of them.
    Packet,
    /// Figure 2: `nf_conn`, with its fields and extensions.
    Connection,
    /// Figure 3: the lookup, by its numbers, on the stage.
    Lookup,
    /// Figure 4: a new connection, by its numbers, on the stage.
    Create,
    /// Figure 5: confirm, by its numbers, on the stage.
    Confirm,
    /// Figure 6: a life, with every connection where it stands.
    Life,
    /// From the fields of a tuple to its bucket, bit by bit.
    Hash,
    /// The protocol of a connection: its states, and its windows.
    Protocol,
    /// What belongs together: NAT, expectations, zones, namespaces.
    Relations,
    /// The whole table at once.
    Table,
    /// Two runs side by side: two kernels, or two branches.
    Compare,
}

/// How a lens is called.
struct Named {
    lens: Lens,
    /// In links.
    word: &'static str,
    /// On its button.
    label: Plain,
    /// In a sentence: what is to be seen.
    title: Plain,
    /// Number of the article's figure.
    figure: Option<u8>,
}

const fn named(
    lens: Lens,
    word: &'static str,
    label: Plain,
    title: Plain,
    figure: Option<u8>,
) -> Named {
    Named {
        lens,
        word,
        label,
        title,
        figure,
    }
}

/// In the order of the bar.
const NAMED: &[Named] = &[
    named(
        Lens::Machine,
        "machine",
        w::MACHINE,
        w::THE_PACKET_PATH_THE,
        None,
    ),
    named(
        Lens::Packet,
        "packet",
        w::PACKET,
        w::THE_BYTES_OF_A,
        Some(1),
    ),
    named(
        Lens::Connection,
        "connection",
        w::CONNECTION,
        w::THE_CONNECTION_OBJECT_ITS,
        Some(2),
    ),
    named(
        Lens::Lookup,
        "lookup",
        w::LOOKUP,
        w::HOW_A_PACKETS_CONNECTION,
        Some(3),
    ),
    named(
        Lens::Create,
        "create",
        w::CREATE,
        w::HOW_A_NEW_CONNECTION,
        Some(4),
    ),
    named(
        Lens::Confirm,
        "confirm",
        w::CONFIRM,
        w::HOW_A_NEW_CONNECTION_GETS,
        Some(5),
    ),
    named(Lens::Life, "life", w::LIFE, w::THE_LIFE_OF_A, Some(6)),
    named(Lens::Hash, "hash", w::HASH, w::FROM_THE_FIELDS_OF, None),
    named(
        Lens::Protocol,
        "protocol",
        w::PROTOCOL,
        w::THE_STATES_OF_A,
        None,
    ),
    named(
        Lens::Relations,
        "relations",
        w::RELATIONS,
        w::NAT_EXPECTATIONS_ZONES_AND,
        None,
    ),
    named(
        Lens::Table,
        "table",
        w::TABLE,
        w::EVERY_BUCKET_AT_ONCE,
        None,
    ),
    named(
        Lens::Compare,
        "compare",
        w::COMPARE,
        w::THE_SAME_PACKETS_ON,
        None,
    ),
];

impl Lens {
    /// Those that can be chosen, in the order of the bar.
    pub fn all() -> impl Iterator<Item = Lens> {
        NAMED.iter().map(|named| named.lens)
    }

    fn named(self) -> &'static Named {
        let found = NAMED.iter().find(|named| named.lens == self);
        found.unwrap_or(&NAMED[0])
    }

    /// Its word in links: `life`.
    pub fn word(self) -> &'static str {
        self.named().word
    }

    /// The lens of that word in a link.
    pub fn from_word(word: &str) -> Option<Lens> {
        let found = NAMED.iter().find(|named| named.word == word);
        found.map(|named| named.lens)
    }

    /// The words of all lenses.
    pub fn words() -> Vec<&'static str> {
        NAMED.iter().map(|named| named.word).collect()
    }

    /// What its button says.
    pub fn label(self) -> &'static str {
        self.named().label.text()
    }

    /// What there is to see, in a few words.
    pub fn title(self) -> &'static str {
        self.named().title.text()
    }

    /// The article's figure that it is.
    pub fn figure(self) -> Option<u8> {
        self.named().figure
    }

    /// It looks at the stage; any other takes its place.
    pub fn on_stage(self) -> bool {
        matches!(
            self,
            Lens::Machine | Lens::Lookup | Lens::Create | Lens::Confirm
        )
    }

    /// The lens of a figure, 1 to 6.
    pub fn of_figure(figure: u8) -> Option<Lens> {
        let found = NAMED.iter().find(|named| named.figure == Some(figure));
        found.map(|named| named.lens)
    }
}

/// What a lens is made from.
#[derive(Clone, Debug)]
pub struct Looking<'a> {
    /// The moment.
    pub scene: &'a Scene<'a>,
    /// The box that it is seen through.
    pub viewport: Viewport,
    /// What it is compared with.
    pub against: &'a Against<'a>,
    /// Which other commands have the steps of the article's figure that it is, by number.
    pub elsewhere: &'a [Option<String>; NUMBERS],
    /// Where we are in the log, counted in changes.
    pub position: u32,
    /// For a lens about a connection: every change of its `use` so far.
    pub ledger: &'a [LedgerRow],
    /// For a lens with fields: what is typed in them.
    pub typed: Option<&'a Typed>,
    /// Changes of state of the connection that is meant, and what NAT decided of it, up to the
    /// moment; each with its position in the log. Empty for lenses that do not tell of the past.
    pub past: &'a [(u32, Step)],
    /// Since this position the rules have the numbers that they have now.
    pub rules_since: u32,
}

impl Looking<'_> {
    /// Width of what may be drawn.
    pub fn width(&self) -> u32 {
        self.viewport.width.clamp(320, 4000) - 2 * MARGIN
    }

    /// Width of one of two columns, or of the only one where there is room for one.
    pub fn column(&self) -> u32 {
        match self.width().min(WIDTH_MAX) {
            width if self.viewport.width >= TWO_COLUMNS => (width - GAP) / 2,
            width => width,
        }
    }
}

/// Widest that a lens is drawn, in CSS pixels.
pub const WIDTH_MAX: u32 = 1100;
/// From which width of the box on there are two columns, and what is between them.
const TWO_COLUMNS: u32 = 719;
const GAP: u32 = 24;
/// What a lens leaves free on both sides, in CSS pixels.
const MARGIN: u32 = 16;

/// What is seen through the lens.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum LensModel {
    /// The stage, which has a model of its own.
    #[default]
    Stage,
    /// Two runs.
    Compare(Rc<CompareModel>),
    /// The stage with the numbers of a figure on it, and the figure's steps above it.
    Figure(Rc<FigureModel>),
    /// Figure 6.
    Life(Rc<LifeModel>),
    /// What the lens would show is not there yet; a sentence says what brings it.
    Nothing(&'static str),
    /// Figure 1.
    Packet(Rc<PacketView>),
    /// Figure 2.
    Connection(Rc<ConnectionView>),
    /// The hash microscope.
    Hash(Rc<HashView>),
    /// States, windows, timeouts of a protocol.
    Protocol(Rc<ProtocolModel>),
    /// NAT, families, twins.
    Relations(Rc<RelationsModel>),
    /// The whole table.
    Table(Rc<TableLens>),
}

/// The moment, seen through a lens.
pub fn lens(lens: Lens, looking: &Looking) -> LensModel {
    let Looking {
        scene, elsewhere, ..
    } = *looking;
    match lens {
        Lens::Packet => packet::packet(looking)
            .map_or(LensModel::Nothing(w::NO_PACKET_HERE_SEND.text()), |view| {
                LensModel::Packet(Rc::new(view))
            }),
        Lens::Connection => connection::connection(looking).map_or(
            LensModel::Nothing(w::NO_CONNECTION_YET_THE.text()),
            |view| LensModel::Connection(Rc::new(view)),
        ),
        Lens::Hash => LensModel::Hash(Rc::new(hash::hash(looking))),
        Lens::Compare => LensModel::Compare(Rc::new(compare(looking))),
        Lens::Protocol => LensModel::Protocol(Rc::new(protocol(looking))),
        Lens::Relations => LensModel::Relations(Rc::new(relations(looking))),
        Lens::Table => LensModel::Table(Rc::new(whole::whole(scene, looking.width()))),
        Lens::Machine => LensModel::Stage,
        Lens::Lookup => LensModel::Figure(Rc::new(figure::figure(scene, 3, elsewhere))),
        Lens::Create => LensModel::Figure(Rc::new(figure::figure(scene, 4, elsewhere))),
        Lens::Confirm => LensModel::Figure(Rc::new(figure::figure(scene, 5, elsewhere))),
        Lens::Life => LensModel::Life(Rc::new(life::life(scene, elsewhere))),
    }
}
