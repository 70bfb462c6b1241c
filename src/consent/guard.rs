//! Whether twins may stay on stage, asked again every second while a show goes on.

use super::{Intent, Papers, Part};
use crate::production::Production;
use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};
use toile_consent::{Clause, Refusal, Timestamp, Use};
use toile_twin::{Kind, Twin};

/// How often papers and clock are asked.
const EVERY: Duration = Duration::from_secs(1);

/// Asks on a thread of its own, so that no frame waits for a disk.
#[derive(Debug)]
pub struct Guard {
    news: Mutex<Receiver<Refusal>>,
    /// The thread ends when this is gone.
    _alive: Arc<()>,
}

/// What is asked for one twin.
struct Watched {
    folder: PathBuf,
    asked: Use,
}

impl Watched {
    fn new(twin: &Twin, intent: &Intent, part: &Part) -> Option<Self> {
        (twin.kind != Kind::Mannequin).then(|| Self {
            folder: twin.licences_path(),
            // The files were compared when the show was loaded; it plays from memory.
            asked: intent.asked(twin, part),
        })
    }

    /// Why the twin may stay no longer.
    fn refusal(&mut self, latest: Timestamp) -> Option<Refusal> {
        let now = Timestamp::now();
        (self.asked.from, self.asked.until) = (now, now);
        let papers = match Papers::load(&self.folder) {
            Ok(papers) => papers,
            Err(error) => {
                return Some(Refusal {
                    twin: self.asked.subject.twin.clone(),
                    client: self.asked.client.clone(),
                    show: self.asked.show.clone(),
                    licence: None,
                    clause: Clause::Signature,
                    why: error.to_string(),
                });
            }
        };
        let mut case = papers.case();
        // What is granted in numbers was asked when the show began.
        case.latest_seen = Some(latest);
        case.decide(&self.asked).err()
    }
}

impl Guard {
    /// Begins to ask for every twin of a production.
    #[must_use]
    pub fn new(production: &Production) -> Self {
        let mut watched: Vec<Watched> = Vec::new();
        for look in &production.looks {
            let cast = &look.cast;
            if !watched
                .iter()
                .any(|other| other.asked.subject.twin == cast.twin.id)
            {
                watched.extend(Watched::new(&cast.twin, &production.intent, &cast.part));
            }
        }
        let alive = Arc::new(());
        let (sender, news) = channel();
        let known = Arc::downgrade(&alive);
        std::thread::spawn(move || watch(watched, &known, &sender));
        Self {
            news: Mutex::new(news),
            _alive: alive,
        }
    }

    /// Twins that may stay no longer, each once, and why.
    pub fn news(&self) -> Vec<Refusal> {
        let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        news.try_iter().collect()
    }
}

fn watch(mut watched: Vec<Watched>, alive: &Weak<()>, sender: &Sender<Refusal>) {
    let mut latest = Timestamp::now();
    while alive.strong_count() > 0 && !watched.is_empty() {
        watched.retain_mut(|twin| match twin.refusal(latest) {
            None => true,
            Some(refusal) => {
                // If nobody listens, nobody is on stage.
                drop(sender.send(refusal));
                false
            }
        });
        latest = latest.max(Timestamp::now());
        std::thread::sleep(EVERY);
    }
}
