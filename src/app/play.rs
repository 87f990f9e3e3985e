//! Playing by itself.

/// The shortest time that a step is shown, in milliseconds.
const DWELL_MIN: u32 = 1_200;
/// Time to read a word, in milliseconds.
const PER_WORD: u32 = 220;
/// Speeds in percent.
pub const SPEEDS: [u32; 5] = [25, 50, 100, 200, 400];

/// The speed nearest to what was asked for, in percent.
pub fn speed(percent: u32) -> u32 {
    let nearest = SPEEDS
        .into_iter()
        .min_by_key(|speed| speed.abs_diff(percent));
    nearest.unwrap_or(100)
}

/// How long a sentence is shown at a speed, in milliseconds.
pub fn dwell(sentence: &str, speed: u32) -> u32 {
    let words = sentence.split_whitespace().count().min(200) as u32;
    (PER_WORD * words).max(DWELL_MIN) * 100 / speed.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_shown_as_long_as_it_takes_to_read() {
        assert_eq!(dwell("", 100), 1_200);
        assert_eq!(
            dwell("one two three four five six seven eight nine ten", 100),
            2_200
        );
        assert_eq!(
            dwell("one two three four five six seven eight nine ten", 400),
            550
        );
        assert_eq!(speed(0), 25);
        assert_eq!(speed(u32::MAX), 400);
        assert_eq!(speed(100), 100);
    }
}
