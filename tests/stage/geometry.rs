//! Coordinates, virtual rows, outlines, texts.

use crate::film::{A, B, Film, narrow, slow_server, tcp, udp, wide};
use ctscope::engine::hooks::Station;
use ctscope::engine::tuple::Dir;
use ctscope::engine::{Command, Config, Listen, Step};
use ctscope::view::stage::{
    BucketRow, CHIP_H, Grid, StageModel, TextKind, Viewport, hall, shape, stage, text,
};

fn config(buckets: u32) -> Config {
    Config {
        buckets,
        ..Config::default()
    }
}

fn flood(buckets: u32, flows: u16) -> Film {
    let mut film = Film::with(&Config {
        max: Some(100_000),
        ..config(buckets)
    });
    for port in 0..flows {
        film.send(udp((A, 10_000 + port), (B, 53)));
    }
    film
}

#[track_caller]
fn check_apart(rows: &[std::rc::Rc<BucketRow>]) {
    for pair in rows.windows(2) {
        let (above, below) = (&pair[0], &pair[1]);
        assert!(
            above.y + above.height <= below.y,
            "{} over {}",
            above.bucket,
            below.bucket
        );
    }
    for row in rows {
        for chip in &row.chips {
            assert!(
                chip.y >= 0 && chip.y + CHIP_H <= row.height,
                "chip leaves row {}",
                row.bucket
            );
        }
        for pair in row.chips.windows(2) {
            let side = pair[0].x + pair[0].w < pair[1].x;
            assert!(
                side || pair[0].y + CHIP_H < pair[1].y,
                "chips meet in row {}",
                row.bucket
            );
        }
    }
}

#[test]
fn the_empty_picture_has_every_bucket_and_list() {
    let model = wide(&Film::new().end());
    let buckets: Vec<u32> = model.table.rows.iter().map(|row| row.bucket).collect();
    assert_eq!(buckets, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!(
        model
            .table
            .rows
            .iter()
            .all(|row| row.shelf && row.count == 0)
    );
    assert_eq!(model.lists.lists.len(), 4);
    assert_eq!(model.table.summary, "8 buckets, all empty");
    assert!(model.cards.cards.is_empty() && model.ribbons.is_empty());
}

/// The points of a line, `M1,2L3,4Q5,6 7,8`.
fn points(path: &str) -> Vec<(i32, i32)> {
    let pairs = path.split(['M', 'L', 'Q', ' ']).filter(|it| !it.is_empty());
    pairs
        .map(|pair| {
            let (x, y) = pair.split_once(',').expect("two numbers");
            (x.parse().expect("a number"), y.parse().expect("a number"))
        })
        .collect()
}

#[test]
fn in_a_hall_no_ribbon_crosses_the_words_of_the_lists() {
    // A first packet: its connection waits on the unconfirmed list, then goes into the table.
    let mut film = Film::new();
    film.send(udp((A, 5000), (B, 53)));
    let viewport = Viewport {
        width: 1920,
        height: 800,
        scroll: 0,
    };
    let mut from_lists = 0;
    for step in 0..film.take.steps.len() {
        let model = hall(&film.scene(step), viewport);
        let tray = &model.lists.lists[0];
        let lists = tray.y..model.lists.bottom;
        for ribbon in &model.ribbons {
            from_lists += usize::from(lists.contains(&ribbon.dot.1) && ribbon.dot.0 >= tray.x);
            for (x, y) in points(&ribbon.path) {
                assert!(
                    !lists.contains(&y) || x <= tray.x + 4,
                    "step {step}: {}",
                    ribbon.path
                );
            }
        }
    }
    assert!(from_lists > 0, "some ribbon comes out of a list");
}

#[test]
fn rows_and_chips_never_overlap() {
    for buckets in [1, 2, 4, 8] {
        let film = flood(buckets, 20);
        for step in 0..film.take.steps.len() {
            let scene = film.scene(step);
            check_apart(&wide(&scene).table.rows);
            check_apart(&narrow(&scene).table.rows);
        }
    }
}

#[test]
fn a_chain_is_folded_after_twelve_nodes() {
    let model = wide(&flood(1, 20).end());
    let row = &model.table.rows[0];
    assert_eq!((row.count, row.chips.len()), (40, 12));
    assert_eq!(row.more.map(|(_, _, n)| n), Some(28));
    assert_eq!(row.name, "bucket 0, 40 entries");
}

#[test]
fn only_rows_in_sight_are_made() {
    let film = Film::with(&config(256));
    let model = stage(
        &film.end(),
        Viewport {
            width: 792,
            height: 400,
            scroll: 0,
        },
    );
    assert!(
        model.table.rows.len() < 60,
        "{} rows",
        model.table.rows.len()
    );
    assert!(model.height > 256 * 20);
    let below = Viewport {
        width: 792,
        height: 400,
        scroll: 3000,
    };
    let model_below = stage(&film.end(), below);
    assert_eq!(model_below.height, model.height);
    assert!(model_below.table.rows[0].bucket > 50);
}

#[test]
fn a_large_table_shows_buckets_in_use_and_folds_the_rest() {
    let film = flood(1 << 20, 30);
    let model = stage(
        &film.end(),
        Viewport {
            width: 792,
            height: 20_000,
            scroll: 0,
        },
    );
    assert_eq!(
        model.table.rows.iter().filter(|row| row.count > 0).count(),
        60
    );
    let folded: u64 = model.table.folds.len() as u64;
    assert!(folded <= 61);
    assert!(
        model.table.folds[0].text.contains("empty buckets: 0 to"),
        "{:?}",
        model.table.folds[0]
    );
    check_apart(&model.table.rows);
}

#[test]
fn every_chip_in_sight_is_in_the_row_of_its_bucket() {
    let film = flood(8, 8);
    let model = wide(&film.end());
    for row in &model.table.rows {
        for chip in &row.chips {
            let conn = film.machine.conns.by_number(chip.conn).expect("it lives");
            let list = conn.list(chip.dir).map(|list| list.to_string());
            assert_eq!(list, Some(format!("bucket {}", row.bucket)));
        }
    }
}

#[test]
fn a_chip_that_moved_says_where_it_came_from() {
    let mut film = Film::new();
    film.send(tcp((A, 47562), (B, 80), 2, 1, 0));
    let called = film.at(|step| matches!(step, Step::ConfirmCalled { .. }));
    let inserted = film.at(|step| matches!(step, Step::HashInserted { .. }));
    let before = wide(&film.scene(called));
    let model = wide(&film.scene_from(called, inserted));
    let (old_x, old_y, _) = before.lists.chip_at(1, Dir::Original).expect("unconfirmed");
    let row = model
        .table
        .rows
        .iter()
        .find(|row| row.bucket == 3)
        .expect("bucket 3");
    let chip = &row.chips[0];
    let (dx, dy) = chip.from.expect("it travels");
    assert_eq!(chip.x + dx, old_x, "same slot, same column");
    assert_eq!(row.y + chip.y + dy, old_y);
    assert!(chip.ring && dx == 0 && dy > 0);
    let ghosts = model
        .lists
        .lists
        .iter()
        .flat_map(|tray| &tray.chips)
        .filter(|chip| chip.ghost);
    assert_eq!(ghosts.count(), 1, "it is still seen where it was");
}

#[test]
fn the_narrow_picture_has_one_column() {
    let film = slow_server();
    let step = film.at(|step| matches!(step, Step::Found { .. }));
    let model = narrow(&film.scene(step));
    assert!(model.narrow);
    assert_eq!(model.width, 390);
    let xs = |model: &StageModel| -> Vec<i32> {
        model
            .table
            .rows
            .iter()
            .flat_map(|row| row.chips.iter().map(|chip| chip.x))
            .collect()
    };
    assert!(xs(&model).iter().all(|&x| x == 52));
    let right = model
        .table
        .rows
        .iter()
        .flat_map(|row| row.chips.iter().map(|c| c.x + c.w))
        .max();
    assert!(right <= Some(366));
}

#[test]
fn the_grid_follows_the_width_of_the_box() {
    assert!(!Grid::of(768).narrow);
    assert!(Grid::of(767).narrow);
    assert_eq!(Grid::of(390).width, 366);
    assert_eq!(Grid::of(0).width, 296);
}

#[test]
fn outlines_point_the_way_of_their_direction() {
    let right = shape::outline(Dir::Original, 312, 30, 0);
    assert!(right.contains("L312,15"), "{right}");
    let left = shape::outline(Dir::Reply, 312, 30, 0);
    assert!(left.contains("L0,15"), "{left}");
    assert_eq!(
        shape::rounded(&[(0, 0), (0, 20), (40, 20)]),
        "M0,0L0,13Q0,20 7,20L40,20"
    );
}

#[test]
fn no_two_of_the_first_hundred_neighbours_share_a_seal() {
    for conn in 1..100 {
        assert_ne!(shape::seal(conn), shape::seal(conn + 1), "c{conn}");
        assert!((3..=8).contains(&shape::seal(conn).count_ones()));
    }
}

#[test]
fn a_long_tuple_is_cut_at_the_front_of_its_addresses() {
    let film = {
        let mut film = Film::new();
        film.send(tcp(
            ([192, 168, 100, 200], 54321),
            ([192, 168, 100, 201], 50000),
            2,
            1,
            0,
        ));
        film
    };
    let conn = film.machine.conns.by_number(1).expect("c1");
    let tuple = conn.tuple(Dir::Original);
    let full = |width| -> String {
        let spans = text::tuple_spans(tuple, text::Form::Full, width, None);
        spans.into_iter().map(|span| span.text).collect()
    };
    assert_eq!(full(600), "192.168.100.200:54321→192.168.100.201:50000");
    let cut = full(240);
    assert!(
        cut.contains('…') && cut.ends_with(":50000") && cut.contains(":54321"),
        "{cut}"
    );
    assert!(cut.chars().count() <= 30, "{cut}");
}

#[test]
fn the_hash_bar_fills_step_by_step() {
    let film = slow_server();
    let shown = |step: usize| -> Vec<String> {
        let model = wide(&film.scene(step));
        let filled = |kind| matches!(kind, TextKind::Mono | TextKind::Number | TextKind::Result);
        let texts = model.hash.texts.iter().filter(|text| filled(text.kind));
        texts.map(|text| text.text.clone()).collect()
    };
    let built = film.at(|step| matches!(step, Step::TupleBuilt { .. }));
    assert_eq!(shown(built - 1), Vec::<String>::new());
    assert_eq!(shown(built), ["10.0.0.2:80→192.168.1.2:47562"]);
    assert_eq!(shown(built + 1)[1..], ["1234 5678", "2685 1ece"]);
    assert_eq!(shown(built + 2)[3], "bucket 1");
    assert!(wide(&film.scene(built + 2)).hash.line.is_some());
}

#[test]
fn a_step_about_a_listed_connection_has_its_list_in_sight() {
    let mut film = Film::new();
    film.run(&Command::Hold(Some(Station::Postrouting)));
    film.send(udp((A, 10_000), (B, 53)));
    for model in [wide(&film.end()), narrow(&film.end())] {
        let (_, y, _) = model.lists.chip_at(1, Dir::Original).expect("it is listed");
        let (top, bottom) = model.focus.expect("there is something to see");
        assert!(top >= y && bottom <= y + 2 * CHIP_H, "{y}: {top}..{bottom}");
    }
}

#[test]
fn a_node_that_goes_on_a_list_is_in_sight_until_a_bucket_is_looked_at() {
    let mut film = Film::new();
    film.run(&Command::Listen(Listen::Slow));
    film.send(udp((A, 10_000), (B, 53)));
    let focus = |film: &Film, step: usize| {
        let model = wide(&film.scene(step));
        let (top, bottom) = model.focus.expect("there is something to see");
        let chip = model.lists.chip_at(1, Dir::Original);
        let on_list = chip.is_some_and(|(_, y, _)| top >= y && bottom <= y + 2 * CHIP_H);
        let in_table = model
            .table
            .rows
            .iter()
            .any(|row| (row.y..row.y + row.height).contains(&top));
        (on_list, in_table)
    };
    let listed = film.at(|step| matches!(step, Step::ListAdded { .. }));
    assert_eq!(
        focus(&film, listed - 1),
        (false, true),
        "the bucket of the lookup"
    );
    assert_eq!(focus(&film, listed), (true, false), "the unconfirmed list");
    let confirm = film.at(|step| matches!(step, Step::BucketsReady { .. }));
    assert_eq!(
        focus(&film, confirm),
        (false, true),
        "the buckets of the connection"
    );
    film.run(&Command::Delete(1));
    let listed = film.at(|step| matches!(step, Step::ListAdded { .. }));
    assert_eq!(focus(&film, listed), (true, false), "the dying list");
}
