//! One moment as a picture.

use super::paint;
use super::svg::{Svg, document};
use crate::view::narrate::why;
use crate::view::scene::Scene;
use crate::view::stage::{PAD, StageModel, Viewport, stage};
use crate::view::texts::describe;
use crate::words::{out as w, tell};

/// Highest picture, in pixels. A table that needs more is cut off, and says so.
pub const PICTURE_HEIGHT_MAX: i32 = 4_000;
/// Width of the box that it is laid out for.
const WIDTH: u32 = 792;

/// The stage at a moment as a file of its own: no style sheet, no script, nothing to be loaded.
/// Its title is the sentence of the step, its description the whole moment in words.
pub fn picture(scene: &Scene) -> String {
    let why = why(scene);
    let (content, w, h) = painted(scene);
    let mut description = describe(scene);
    if !why.because.is_empty() {
        description = format!("{} {description}", why.because);
    }
    document((-PAD, -PAD, w, h), &why.what, &description, &content)
}

/// The stage of a scene, from the left of its padding; width and height with padding.
pub(super) fn painted(scene: &Scene) -> (String, i32, i32) {
    let viewport = Viewport {
        width: WIDTH,
        height: PICTURE_HEIGHT_MAX as u32,
        scroll: 0,
    };
    let mut model: StageModel = stage(scene, viewport);
    let cut = model.height > PICTURE_HEIGHT_MAX;
    let height = model.height.min(PICTURE_HEIGHT_MAX);
    let bottom = height - 2 * PAD - 24;
    if cut {
        // The table is the last thing of a picture as high as this.
        model.table.rows.retain(|row| row.y + row.height <= bottom);
        model.table.folds.retain(|fold| fold.y + 22 <= bottom);
    }
    let mut svg = Svg::default();
    paint::stage(&mut svg, &model);
    if cut {
        let text = tell!(w::TABLE_GOES_ON, summary = model.table.summary);
        svg.text((60, bottom + 18), "fill=$ink-2", &text);
    }
    (svg.out, model.width, height)
}
