//! Names that are near one that nobody knows.

/// Of these names the `most` that are nearest to `name`, the nearest first.
#[must_use]
pub fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>, most: usize) -> Vec<String> {
    let asked = name.to_lowercase();
    let words: Vec<&str> = split(&asked).collect();
    // The best so far; lists of names can be long.
    let mut best: Vec<(f64, String)> = Vec::new();
    for other in known {
        let lower = other.to_lowercase();
        let shared = split(&lower).filter(|w| words.contains(w)).count();
        let alike = strsim::jaro_winkler(&asked, &lower) + 0.3 * shared as f64;
        if best.len() < most || best.last().is_some_and(|last| alike > last.0) {
            best.push((alike, other.to_owned()));
            best.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            best.truncate(most);
        }
    }
    best.into_iter().map(|(_, name)| name).collect()
}

fn split(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn a_slip_of_the_pen_and_another_order_of_words_are_near() {
        let known = [
            "cotton-poplin",
            "silk-charmeuse",
            "wool-crepe",
            "denim-12oz",
        ];
        let nearest = |name| near(name, known.into_iter(), 1);
        assert_eq!(nearest("coton-poplin"), ["cotton-poplin"]);
        assert_eq!(nearest("charmeuse silk"), ["silk-charmeuse"]);
        assert_eq!(near("wool", known.into_iter(), 9).len(), 4);
    }
}
