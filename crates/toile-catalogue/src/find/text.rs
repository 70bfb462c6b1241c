//! Words of a search.

use rusqlite::params;

use crate::{
    error::CatalogueError,
    store::{Store, place},
};

/// The rows that have all words: bits for common words, a sorted list for rare
/// ones.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    /// Fabrics (from 0) that have the rare words, if there are any.
    pub(crate) list: Option<Vec<u32>>,
    /// Bits of fabrics that have the common words, one set for each.
    pub(crate) common: Vec<std::rc::Rc<Vec<u64>>>,
    /// Up to which fabric the bits tell; those after it are in `after`.
    pub(crate) settled: usize,
    /// Fabrics after it that have all words.
    pub(crate) after: Vec<u32>,
}

/// Words as the index has them: letters and digits, lower case, without accents.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| w.chars().flat_map(char::to_lowercase).map(plain).collect())
        .collect()
}

/// A letter without its accent, as far as European trade names go.
fn plain(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        c => c,
    }
}

/// What [`Hits`] are made from, for ranking: words in lower case.
pub(crate) fn terms(text: &str) -> Vec<String> {
    words(text)
}

/// Bits of common words that were read already.
pub(crate) type Cache = std::collections::HashMap<String, Option<std::rc::Rc<Vec<u64>>>>;

pub(crate) fn hits(store: &Store, cache: &mut Cache, text: &str) -> Result<Hits, CatalogueError> {
    let prefix = text.trim_end().ends_with('*');
    let words = words(text);
    if words.len() > 32 {
        return Err(CatalogueError::query(
            "text",
            "has more than 32 words; use fewer",
        ));
    }
    let mut hits = Hits {
        settled: store.settled()? as usize,
        ..Hits::default()
    };
    let (mut rare, mut all) = (Vec::new(), Vec::new());
    for (k, word) in words.iter().enumerate() {
        // Quotes keep the words of a search apart from the language of queries.
        let star = prefix && k + 1 == words.len();
        let quoted = format!("\"{word}\"{}", if star { "*" } else { "" });
        all.push(quoted.clone());
        if star {
            rare.push(quoted);
            continue;
        }
        if !cache.contains_key(word) {
            let bits = store.common(word)?.map(std::rc::Rc::new);
            cache.insert(word.clone(), bits);
        }
        match cache.get(word) {
            Some(Some(bits)) => hits.common.push(bits.clone()),
            _ => rare.push(quoted),
        }
    }
    if !rare.is_empty() {
        hits.list = Some(rows(store, &rare.join(" AND "), 0)?);
    }
    if !hits.common.is_empty() {
        hits.after = rows(store, &all.join(" AND "), hits.settled)?;
    }
    Ok(hits)
}

/// Fabrics after `after` that match an expression.
fn rows(store: &Store, expression: &str, after: usize) -> Result<Vec<u32>, CatalogueError> {
    store
        .db()
        .prepare_cached("SELECT rowid FROM text WHERE text MATCH ?1 AND rowid > ?2 ORDER BY rowid")
        .and_then(|mut q| {
            q.query_map(params![expression, after as i64], |r| {
                // One that cannot be is beyond every index.
                Ok(place(r.get(0)?).map_or(u32::MAX, |at| at as u32))
            })?
            .collect()
        })
        .map_err(|e| store.sql(&e))
}
