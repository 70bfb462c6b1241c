//! Searching the fabric catalogue beside the window: on a thread of its own, so that no
//! frame waits for it.

use crate::{
    library::{Library, worn},
    paths::Assets,
};
use bevy::prelude::*;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    time::Instant,
};
use toile_catalogue::{
    CatalogueError, Store, Writer,
    find::{Finder, Hit, Photo, Query},
    import,
    look::{Look, Picture},
};
use toile_garment::{Fabric, Origin};
use toile_show::CATALOGUE;

/// How many fabrics are listed.
pub(super) const LISTED: usize = 60;

/// Most pixels a side of the photograph that is shown.
const SMALL: u32 = 96;

/// What is asked of the thread.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ask {
    /// Words, facets, ranges and a colour.
    Words(Box<Query>),
    /// Fabrics like a photograph.
    Photo(Photograph),
}

/// A photograph of cloth.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Photograph {
    /// The picture.
    pub(super) file: PathBuf,
    /// How much cloth it shows from left to right, mm.
    pub(super) width_mm: Option<f32>,
    /// Compare the weave alone.
    pub(super) any_colour: bool,
}

/// What a photograph tells.
pub(super) struct Told {
    /// Lines for people.
    pub(super) lines: Vec<String>,
    /// The picture, made small.
    pub(super) small: Picture,
    /// Of which photograph.
    pub(super) file: PathBuf,
}

/// A fabric that was found.
pub(super) struct Item {
    /// As a look names it.
    pub(super) name: String,
    /// The fabric as it would be worn, or why it cannot be.
    pub(super) fabric: Result<Arc<Fabric>, String>,
    /// Its name for people.
    pub(super) title: String,
    /// Drape coefficient, percent.
    pub(super) drape: Option<f32>,
    /// The least trusted origin of its mechanics.
    pub(super) origin: Option<Origin>,
    /// Difference of its nearest colour from the one looked for.
    pub(super) difference: Option<f32>,
    /// In what it is like the photograph, and in what not.
    pub(super) reasons: Vec<String>,
}

/// What a search found.
#[derive(Default)]
pub(super) struct Answer {
    /// The first of them.
    pub(super) items: Vec<Item>,
    /// How many there are, and of how many.
    pub(super) total: u64,
    pub(super) of: u64,
    /// How long it took, ms.
    pub(super) ms: f32,
    /// How many there are of each construction, main fibre and origin.
    pub(super) facets: Vec<(&'static str, Vec<(&'static str, u64)>)>,
    /// What the photograph tells, if one was asked about.
    pub(super) photo: Option<Told>,
    /// What is wrong with the search, the photograph or the catalogue.
    pub(super) problem: Option<String>,
}

/// The way to the searching thread and back.
#[derive(Resource)]
pub(super) struct Search {
    ask: Sender<Ask>,
    answers: Mutex<Receiver<Answer>>,
}

impl Search {
    /// Starts the thread; the catalogue is opened there.
    pub(super) fn start(assets: &Assets) -> std::io::Result<Self> {
        let (ask, asked) = channel();
        let (tell, answers) = channel();
        let assets = assets.clone();
        std::thread::Builder::new()
            .name("catalogue".into())
            .spawn(move || {
                if let Err(error) = serve(&assets, &asked, &tell) {
                    // Nobody listens once the window is closed.
                    let _ = tell.send(Answer {
                        problem: Some(error),
                        ..Answer::default()
                    });
                }
            })?;
        Ok(Self {
            ask,
            answers: Mutex::new(answers),
        })
    }

    /// Searches; a search that has not begun is forgotten for it.
    pub(super) fn ask(&self, ask: Ask) {
        // A thread that ended has said why.
        let _ = self.ask.send(ask);
    }

    /// The newest answer, if there is one.
    pub(super) fn answer(&mut self) -> Option<Answer> {
        let answers = self
            .answers
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        answers.try_iter().last()
    }
}

/// Answers searches until nobody asks any more.
fn serve(assets: &Assets, asked: &Receiver<Ask>, tell: &Sender<Answer>) -> Result<(), String> {
    let file = assets.catalogue();
    // Without a catalogue of one's own, the fabrics that ship are one.
    let folder = tempfile::tempdir().map_err(|e| format!("no room for a catalogue: {e}"))?;
    let (store, prefix) = match file.is_file() {
        true => (Store::open(file).map_err(words)?, CATALOGUE),
        false => (shipped(assets, &folder.path().join("c.sqlite"))?, ""),
    };
    let files = |id: &str| match prefix {
        "" => assets.fabrics(),
        _ => store.files_of(id),
    };
    let from = Source {
        prefix,
        files: &files,
    };
    let finder = Finder::new(&store).map_err(words)?;
    while let Ok(mut ask) = asked.recv() {
        // Who types fast is interested in the last letter.
        while let Ok(newer) = asked.try_recv() {
            ask = newer;
        }
        let started = Instant::now();
        let found = match &ask {
            Ask::Words(query) => by_words(&finder, query, &from),
            Ask::Photo(photo) => by_photo(&finder, photo, &from),
        };
        let mut answer = found.unwrap_or_else(|error| Answer {
            problem: Some(error.to_string()),
            ..Answer::default()
        });
        answer.of = finder.count();
        answer.ms = started.elapsed().as_secs_f32() * 1e3;
        if tell.send(answer).is_err() {
            break;
        }
    }
    Ok(())
}

/// A catalogue of the fabrics that ship.
fn shipped(assets: &Assets, file: &Path) -> Result<Store, String> {
    let store = Store::create(file).map_err(words)?;
    let mut library = Library::new(assets);
    let names = library.shipped().map_err(words)?;
    let mut writer = Writer::new(&store).map_err(words)?;
    for name in names {
        let record = library.record(&name, "the fabrics that ship");
        let record = record.map_err(|e| e.to_string())?;
        writer.put(&record).map_err(words)?;
    }
    writer.finish().map_err(words)?;
    let looks = assets.looks();
    if looks.is_file() {
        import::looks(&store, &looks).map_err(words)?;
    }
    Ok(store)
}

fn words(error: CatalogueError) -> String {
    error.to_string()
}

/// Where fabrics come from.
struct Source<'a> {
    /// What their names begin with.
    prefix: &'static str,
    /// The folder of the pictures of one.
    files: &'a dyn Fn(&str) -> PathBuf,
}

fn by_words(
    finder: &Finder<'_>,
    query: &Query,
    from: &Source<'_>,
) -> Result<Answer, CatalogueError> {
    let found = finder.find(query)?;
    let items = found.hits.into_iter();
    Ok(Answer {
        items: items.map(|hit| item(hit, Vec::new(), from)).collect(),
        total: found.total,
        facets: found.facets,
        ..Answer::default()
    })
}

/// As `toile fabric like photo.jpg` does.
fn by_photo(
    finder: &Finder<'_>,
    photo: &Photograph,
    from: &Source<'_>,
) -> Result<Answer, CatalogueError> {
    let picture = Picture::open(&photo.file)?;
    let asked = Photo {
        look: Look::of(&picture, photo.width_mm),
        any_colour: photo.any_colour,
        limit: LISTED,
    };
    let found = finder.like_photo(&asked)?;
    let mut lines = asked.look.told();
    lines.push(found.told());
    let items = found.alike.into_iter().map(|alike| {
        let reasons = alike.reasons.iter().map(ToString::to_string).collect();
        item(alike.hit, reasons, from)
    });
    let items: Vec<Item> = items.collect();
    Ok(Answer {
        total: items.len() as u64,
        items,
        photo: Some(Told {
            lines,
            small: picture.shrunk(SMALL),
            file: photo.file.clone(),
        }),
        ..Answer::default()
    })
}

fn item(hit: Hit, reasons: Vec<String>, from: &Source<'_>) -> Item {
    let name = format!("{}{}", from.prefix, hit.record.id);
    let files = (from.files)(&hit.record.id);
    Item {
        title: hit.record.name.clone(),
        drape: hit.hand.map(|hand| hand.drape_percent),
        origin: hit.origin,
        difference: hit.difference,
        fabric: worn(hit.record, &name)
            .map(|fabric| Arc::new(fabric.within(&files)))
            .map_err(|e| e.to_string()),
        name,
        reasons,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Waits for an answer that `fits`, a minute at most.
    fn wait(search: &mut Search, fits: impl Fn(&Answer) -> bool) -> Answer {
        for _ in 0..600 {
            if let Some(answer) = search.answer().filter(|a| fits(a)) {
                return answer;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("no answer");
    }

    #[test]
    fn without_a_catalogue_of_ones_own_the_fabrics_that_ship_are_found_and_can_be_worn() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let nowhere = root.join("no-such.sqlite");
        let assets = Assets::find(Some(&root)).unwrap();
        let assets = assets.with_catalogue(Some(nowhere));
        let mut search = Search::start(&assets).unwrap();
        let query = |text: &str| {
            Ask::Words(Box::new(Query {
                text: text.into(),
                limit: LISTED,
                ..Query::default()
            }))
        };
        search.ask(query("satin"));
        search.ask(query("charme*"));
        let answer = wait(&mut search, |a| {
            a.items.iter().any(|i| i.name == "silk-charmeuse")
        });
        assert!(answer.problem.is_none() && answer.of >= 60);
        assert!(answer.items.iter().all(|item| item.fabric.is_ok()));
    }

    #[test]
    fn a_catalogue_that_is_none_says_so_and_the_window_lives() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.sqlite");
        std::fs::write(&file, "not a database at all, but a letter".repeat(40)).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let assets = Assets::find(Some(&root)).unwrap();
        let mut search = Search::start(&assets.with_catalogue(Some(file))).unwrap();
        let answer = wait(&mut search, |_| true);
        assert!(answer.problem.unwrap().contains("c.sqlite"));
        search.ask(Ask::Words(Box::default()));
    }
}
