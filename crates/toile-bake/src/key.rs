//! The key of a bake: one hash over everything that went into it, and one per
//! ingredient, so that a stale bake can say what has changed.

/// Bytes that are kept of an ingredient's hash.
pub(crate) const PART: usize = 16;

/// One hash over everything that went into a bake.
///
/// Two keys are equal when they were mixed from the same parts in the same
/// order with the same content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    pub(crate) parts: Vec<(String, [u8; PART])>,
}

impl Key {
    /// The key of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an ingredient; `name` is said to people when it has changed. Names
    /// longer than 255 bytes are cut.
    pub fn add(&mut self, name: &str, content: &Ingredient) {
        let mut end = name.len().min(255);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        let mut short = [0; PART];
        short.copy_from_slice(&content.0.finalize().as_bytes()[..PART]);
        self.parts.push((name[..end].to_owned(), short));
    }

    /// The hash over all parts.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut all = Ingredient::new();
        for (name, hash) in &self.parts {
            all.bytes(name.as_bytes());
            all.bytes(hash);
        }
        *all.0.finalize().as_bytes()
    }

    /// The parts as text: a line for each, its hash in hexadecimal and its name.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (name, hash) in &self.parts {
            for byte in hash {
                text += &format!("{byte:02x}");
            }
            text += &format!(" {}\n", name.replace('\n', " "));
        }
        text
    }

    /// Reads what [`Key::to_text`] wrote.
    ///
    /// # Errors
    /// The first line that is no part of a key.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let mut key = Self::new();
        for (number, line) in text.lines().enumerate() {
            let part = line.split_once(' ').and_then(|(hex, name)| {
                let mut hash = [0; PART];
                if hex.len() != 2 * PART || !hex.is_ascii() {
                    return None;
                }
                for (k, byte) in hash.iter_mut().enumerate() {
                    *byte = u8::from_str_radix(&hex[2 * k..2 * k + 2], 16).ok()?;
                }
                Some((name.to_owned(), hash))
            });
            key.parts
                .push(part.ok_or_else(|| format!("line {} is no part of a key", number + 1))?);
        }
        Ok(key)
    }

    /// The parts in which two keys differ, by name; empty for equal keys.
    #[must_use]
    pub fn changed<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let of = |key: &Self, name: &str| key.parts.iter().find(|p| p.0 == name).map(|p| p.1);
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in self.parts.iter().chain(&other.parts) {
            if of(self, name) != of(other, name) && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }
}

/// What goes into one part of a key. Every piece is hashed with its length, so
/// that pieces cannot run into each other.
#[derive(Clone, Debug, Default)]
pub struct Ingredient(blake3::Hasher);

impl Ingredient {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// Adds whole numbers.
    pub fn numbers(&mut self, numbers: &[u32]) -> &mut Self {
        self.words(numbers.len(), numbers.iter().copied())
    }

    /// Adds real numbers, by their bits: 0.0 and -0.0 differ.
    pub fn reals(&mut self, reals: &[f32]) -> &mut Self {
        self.words(reals.len(), reals.iter().map(|x| x.to_bits()))
    }

    /// Adds a value as it prints itself for debugging: derived, that shows every
    /// field, and of every number as many digits as tell it apart.
    pub fn shown(&mut self, value: &dyn std::fmt::Debug) -> &mut Self {
        struct Sink(blake3::Hasher);
        impl std::fmt::Write for Sink {
            fn write_str(&mut self, text: &str) -> std::fmt::Result {
                self.0.update(text.as_bytes());
                Ok(())
            }
        }
        let mut sink = Sink(blake3::Hasher::new());
        // The sink takes everything; a value that refuses to show itself does
        // so every time.
        let _ = std::fmt::Write::write_fmt(&mut sink, format_args!("{value:?}"));
        self.bytes(sink.0.finalize().as_bytes())
    }

    fn words(&mut self, len: usize, words: impl Iterator<Item = u32>) -> &mut Self {
        self.0.update(&(len as u64 * 4).to_le_bytes());
        for word in words {
            self.0.update(&word.to_le_bytes());
        }
        self
    }
}

/// The short hash that guards a piece of a file against damage.
pub(crate) fn check(bytes: &[u8]) -> [u8; 8] {
    let mut short = [0; 8];
    short.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(fabric: f32, walk: f32) -> Key {
        let mut key = Key::new();
        key.add("fabric", Ingredient::new().reals(&[fabric]));
        key.add("walk", Ingredient::new().reals(&[walk]));
        key
    }

    #[test]
    fn a_key_reads_back_as_it_was_written() {
        let key = key(1.0, 2.0);
        assert_eq!(Key::from_text(&key.to_text()).unwrap(), key);
        assert!(Key::from_text("00 walk").is_err());
        assert!(Key::from_text(&key.to_text().replace(' ', "")).is_err());
    }

    #[test]
    fn a_key_repeats_and_says_what_has_changed() {
        assert_eq!(key(1.0, 2.0).hash(), key(1.0, 2.0).hash());
        assert_ne!(key(1.0, 2.0).hash(), key(1.0, 3.0).hash());
        assert_eq!(key(1.0, 2.0).changed(&key(1.0, 3.0)), ["walk"]);
        assert!(key(1.0, 2.0).changed(&key(1.0, 2.0)).is_empty());
        assert_eq!(key(1.0, 2.0).changed(&Key::new()), ["fabric", "walk"]);
    }

    #[test]
    fn values_are_told_apart_to_the_last_bit() {
        let hash = |value: f32| {
            let mut key = Key::new();
            key.add("value", Ingredient::new().shown(&[Some((value, "m"))]));
            key.hash()
        };
        assert_eq!(hash(0.1), hash(0.1));
        assert_ne!(hash(0.1), hash(0.1_f32.next_up()));
        assert_ne!(hash(0.0), hash(-0.0));
    }

    #[test]
    fn pieces_do_not_run_into_each_other() {
        let hash = |pieces: &[&str]| {
            let mut content = Ingredient::new();
            for piece in pieces {
                content.text(piece);
            }
            let mut key = Key::new();
            key.add("texts", &content);
            key.hash()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    }
}
