//! The pages on file formats tell all that the code reads, and nothing else.
//!
//! Fields are read off the sources: every struct and enum that derives
//! `Deserialize` has a section of its own, with its name in the heading, whose
//! tables list exactly its fields or variants. Examples are parsed.

use std::{collections::BTreeSet, path::Path};
use toile_garment::{Fabric, GarmentFile, Pattern};
use toile_show::Show;
use toile_twin::Twin;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A type that is read from a file, with the names that the file has for its
/// fields or variants.
#[derive(Debug)]
struct Format {
    name: String,
    fields: BTreeSet<String>,
}

/// `CamelCase` as `snake_case`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The word that a line of a struct or enum body declares, if it does.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let end = line.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
    let (word, rest) = line.split_at(end);
    let declares = [": ", ",", " {", "("].iter().any(|s| rest.starts_with(s));
    (declares && !word.is_empty()).then_some(word)
}

/// Every type of a source file that derives `Deserialize`.
fn formats(source: &str) -> Vec<Format> {
    let mut out = Vec::new();
    let mut lines = source.lines();
    let (mut derives, mut renames) = (false, false);
    while let Some(line) = lines.next() {
        if line.starts_with("#[derive(") {
            (derives, renames) = (line.contains("Deserialize"), false);
        }
        renames |= line.contains("rename_all = \"snake_case\"");
        let words: Vec<&str> = line
            .trim_start_matches("pub ")
            .split(|c: char| !c.is_alphanumeric())
            .collect();
        let (["struct" | "enum", name, ..], true, true) =
            (&words[..], derives, line.ends_with('{'))
        else {
            continue;
        };
        derives = false;
        let mut fields = BTreeSet::new();
        let (mut skip, mut rename) = (false, None);
        for line in lines.by_ref().take_while(|line| *line != "}") {
            if let Some(attribute) = line.trim_start().strip_prefix("#[serde(") {
                skip |= attribute.starts_with("skip)");
                rename = attribute
                    .split_once("rename = \"")
                    .and_then(|(_, rest)| rest.split_once('"'))
                    .map(|(new, _)| new.to_owned());
            } else if let Some(word) = declared(line) {
                let word = rename.take().unwrap_or_else(|| word.to_owned());
                if !std::mem::take(&mut skip) {
                    fields.insert(if renames { snake(&word) } else { word });
                }
            }
        }
        out.push(Format {
            name: (*name).to_owned(),
            fields,
        });
    }
    out
}

/// The design parameters: name, least and greatest value, as they are written.
fn parameters(source: &str) -> Vec<(String, String, String)> {
    source
        .lines()
        .filter_map(|line| {
            let (name, range) = line.trim().strip_suffix(',')?.split_once(": ")?;
            let (low, high) = range.split_once("..=")?;
            Some((name.to_owned(), low.to_owned(), high.to_owned()))
        })
        .collect()
}

/// The section of a page under the heading that holds these words, with the
/// sections below it.
fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let mut start = None;
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let level = line.chars().take_while(|c| *c == '#').count();
        match start {
            None if level > 0 && line.contains(heading) => start = Some((at, level)),
            Some((from, deeper)) if level > 0 && level <= deeper => return Some(&page[from..at]),
            _ => {}
        }
        at += line.len();
    }
    start.map(|(from, _)| &page[from..])
}

/// The first words in code in the rows of a section's tables: what it lists.
fn listed(section: &str) -> BTreeSet<String> {
    section
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| {
            // A first cell that is empty or groups fields leaves the second.
            line.split('|')
                .skip(1)
                .take(2)
                .filter_map(|cell| cell.trim().strip_prefix('`')?.strip_suffix('`'))
                .filter(|word| !["true", "false"].contains(word))
                .filter(|word| word.chars().all(|c| c.is_alphanumeric() || c == '_'))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Variants are written in capitals, fields and keys are not.
fn is_variant(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase())
}

/// Types of the sources that no file holds.
const NOT_IN_FILES: [&str; 1] = ["Ease"];

fn assert_told(page: &str, sources: &[&str]) {
    let text = read(page);
    for source in sources {
        let formats = formats(&read(source));
        assert!(!formats.is_empty(), "{source} has no type of a file");
        for format in formats {
            if NOT_IN_FILES.contains(&format.name.as_str()) {
                continue;
            }
            let heading = format!("`{}`", format.name);
            let Some(section) = section(&text, &heading) else {
                panic!("{page} has no section {heading} for the type in {source}");
            };
            let (variants, fields): (BTreeSet<String>, BTreeSet<String>) =
                format.fields.into_iter().partition(|f| is_variant(f));
            let told: BTreeSet<String> = listed(section)
                .into_iter()
                .filter(|word| !is_variant(word))
                .collect();
            assert_eq!(
                told, fields,
                "{page}, section {heading}, lists the left; {source} reads the right"
            );
            for variant in variants {
                let quoted = [format!("`{variant}`"), format!("`\"{variant}\"`")];
                assert!(
                    quoted.iter().any(|q| section.contains(q)),
                    "{page}, section {heading}, has no word about '{variant}', which {source} reads"
                );
            }
        }
    }
}

#[test]
fn the_page_on_shows_tells_every_field() {
    assert_told(
        "docs/show-format.md",
        &[
            "crates/toile-show/src/format.rs",
            "crates/toile-show/src/format/cameras.rs",
            "crates/toile-show/src/format/lights.rs",
            "crates/toile-show/src/format/release.rs",
            "crates/toile-show/src/format/venue.rs",
        ],
    );
}

#[test]
fn the_page_on_twins_tells_every_field() {
    assert_told(
        "docs/twin-format.md",
        &[
            "crates/toile-twin/src/record.rs",
            "crates/toile-twin/src/gait.rs",
        ],
    );
}

#[test]
fn the_page_on_avatars_tells_every_field_of_an_override_file() {
    assert_told("docs/avatars.md", &["crates/toile-rig/src/notes.rs"]);
}

#[test]
fn the_page_on_consent_tells_every_field_of_a_licence() {
    assert_told(
        "docs/consent.md",
        &[
            "crates/toile-consent/src/licence.rs",
            "crates/toile-consent/src/notices.rs",
        ],
    );
}

#[test]
fn the_page_on_the_catalogue_tells_every_field() {
    assert_told(
        "docs/catalogue.md",
        &[
            "crates/toile-catalogue/src/record.rs",
            "crates/toile-catalogue/src/figure.rs",
        ],
    );
}

#[test]
fn the_page_on_garments_tells_every_field() {
    assert_told(
        "docs/garment-format.md",
        &[
            "crates/toile-garment/src/garment.rs",
            "crates/toile-garment/src/notions.rs",
            "crates/toile-garment/src/draft.rs",
            "crates/toile-garment/src/fabric.rs",
            "crates/toile-garment/src/pattern.rs",
        ],
    );
}

#[test]
fn the_page_on_garments_tells_every_key_of_a_specification() {
    let text = read("docs/garment-format.md");
    let section = section(&text, "Specification files").unwrap();
    let keys: BTreeSet<String> = formats(&read("crates/toile-garment/src/spec.rs"))
        .into_iter()
        .flat_map(|format| format.fields)
        // Variants of an untagged enum have no name in the file.
        .filter(|field| !is_variant(field))
        .collect();
    assert!(keys.len() > 15, "{keys:?}");
    let told = listed(section);
    let untold: Vec<&String> = keys.difference(&told).collect();
    assert!(untold.is_empty(), "the page does not list {untold:?}");
}

#[test]
fn the_page_on_garments_tells_every_design_parameter_with_its_range() {
    let text = read("docs/garment-format.md");
    let section = section(&text, "`DesignParams`").unwrap();
    let parameters = parameters(&read("crates/toile-garment/src/draft.rs"));
    let names: BTreeSet<String> = parameters.iter().map(|p| p.0.clone()).collect();
    assert!(names.len() > 15, "{names:?}");
    assert_eq!(listed(section), names);
    for (name, low, high) in parameters {
        let row = section
            .lines()
            .find(|line| line.starts_with(&format!("| `{name}` |")))
            .unwrap();
        let range = format!("| {low} to {high} |");
        assert!(
            row.contains(&range),
            "'{name}': {row}; the code has {range}"
        );
    }
}

/// The examples of a page in a language that are whole files.
fn examples<'a>(page: &'a str, language: &str, start: &str) -> Vec<&'a str> {
    page.split("```")
        .filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n'))
        .filter(|block| block.starts_with(start))
        .collect()
}

#[test]
fn the_examples_are_files_that_toile_reads() {
    let show = read("docs/show-format.md");
    let [text] = examples(&show, "ron", "(\n    version")[..] else {
        panic!("the page has one show");
    };
    Show::from_ron(text, "the example of a show").unwrap();
    let twin = read("docs/twin-format.md");
    let [text] = examples(&twin, "ron", "(\n    version")[..] else {
        panic!("the page has one twin");
    };
    Twin::parse(text, Path::new("the example of a twin")).unwrap();
    let garment = read("docs/garment-format.md");
    let [tee, jersey] = examples(&garment, "ron", "(\n    version")[..] else {
        panic!("the page has one garment and one fabric");
    };
    GarmentFile::from_ron(tee, "the example of a garment").unwrap();
    Fabric::from_ron(jersey, "the example of a fabric").unwrap();
    let [text] = examples(&garment, "json", "{")[..] else {
        panic!("the page has one specification");
    };
    Pattern::from_json(text, "the example of a specification").unwrap();
}
