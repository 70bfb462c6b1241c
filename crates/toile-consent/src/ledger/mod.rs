//! The ledger: what was done with twins, one signed line after the other, each with
//! the hash of the line before it. Lines are added and never changed.
//!
//! A line goes to the disk in one write, and its number and hash then into a second
//! file, the head. A line that was cut off by a power cut stays where it is and is
//! told by the line after it. Only lines later than the head can have been cut off;
//! anything else that is not as it was written is a change.

mod account;
mod entry;
mod page;
mod verify;

pub use account::{Line, Payment, ShowSum, Statement, erased, fee, spent};
pub use entry::{Act, Entry, Event, Torn, Used};
pub use verify::{Fault, Verified};

use crate::{ConsentError, Hash, PublicKey, Signature, Signed, Signer, canonical, sealed::Record};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

/// The file of lines.
const LINES: &str = "ledger.jsonl";
/// The file of the last line's number and hash.
const HEAD: &str = "head.json";
/// The file that is locked while a line is added.
const LOCK: &str = "ledger.lock";
/// The file of the key that signs lines.
const KEY: &str = "ledger.key";

/// A line: an entry and its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedEntry {
    entry: Entry,
    signature: Signature,
}

/// The last line that is known to be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Format version, 1.
    pub version: u32,
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: Hash,
    /// When it was written: no clock was behind that.
    pub time: Timestamp,
}

impl Record for Head {
    const KIND: &'static str = "toile ledger head 1";

    fn problem(&self) -> Option<(String, String, &'static str)> {
        (self.version != 1).then(|| {
            let said = format!("this is version {}", self.version);
            ("version".to_owned(), said, "this build reads version 1")
        })
    }
}

/// A ledger in a folder.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    signer: Signer,
}

/// The ledger while nobody else adds to it.
pub struct Writing<'a> {
    ledger: &'a Ledger,
    /// Kept for its lock, which the system frees even if this process is killed.
    _lock: File,
    lines: File,
    head: Option<Head>,
    torn: Vec<Torn>,
    /// Whether the last line lacks its end.
    open_line: bool,
    /// Entries there are.
    pub entries: Vec<Entry>,
}

impl Ledger {
    /// Opens the ledger in a folder, which is made with a signing key of its own if it
    /// is not there.
    ///
    /// # Errors
    /// A folder that cannot be made, or a key that cannot be read or others may read.
    pub fn open(folder: &Path) -> Result<Self, ConsentError> {
        std::fs::create_dir_all(folder).map_err(|e| ConsentError::disk("write", folder, e))?;
        let lock = lock(folder)?;
        let key = folder.join(KEY);
        let signer = if key.exists() {
            Signer::read(&key)?
        } else if folder.join(LINES).exists() {
            return Err(ConsentError::Key {
                place: key.display().to_string(),
                problem: "is missing beside a ledger that it signed".to_owned(),
                mend: "put it back, or move the ledger away and begin another",
            });
        } else {
            let signer = Signer::generate()?;
            signer.write(&key)?;
            signer
        };
        drop(lock);
        Ok(Self {
            folder: folder.to_path_buf(),
            signer,
        })
    }

    /// Opens the ledger with a key that an agent keeps.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn with_signer(folder: &Path, signer: Signer) -> Result<Self, ConsentError> {
        std::fs::create_dir_all(folder).map_err(|e| ConsentError::disk("write", folder, e))?;
        Ok(Self {
            folder: folder.to_path_buf(),
            signer,
        })
    }

    /// The key that signs its lines.
    #[must_use]
    pub fn key(&self) -> PublicKey {
        self.signer.public()
    }

    /// The last line that is known to be whole; none in an empty ledger.
    ///
    /// # Errors
    /// A head that was changed.
    pub fn head(&self) -> Result<Option<Head>, ConsentError> {
        let path = self.folder.join(HEAD);
        if !path.exists() {
            return Ok(None);
        }
        let head: Signed<Head> = Signed::read(&path)?;
        if head.key != self.key() {
            return Err(self.changed("its head is signed by another key"));
        }
        Ok(Some(head.record))
    }

    /// Waits until nobody else adds to it, and reads it.
    ///
    /// # Errors
    /// A ledger that was changed, with the place.
    pub fn write(&self) -> Result<Writing<'_>, ConsentError> {
        let lock = lock(&self.folder)?;
        let head = self.head()?;
        let path = self.folder.join(LINES);
        let disk = |e| ConsentError::disk("write", &path, e);
        let mut lines = File::options()
            .create(true)
            .read(true)
            .append(true)
            .open(&path)
            .map_err(disk)?;
        let mut text = Vec::new();
        lines.read_to_end(&mut text).map_err(disk)?;
        let read = verify::read(&text, Some(self.key()), head.as_ref());
        if let Some(fault) = read.faults.first() {
            return Err(self.changed(&fault.to_string()));
        }
        if let Some(last) = read.head.filter(|last| head.as_ref() != Some(last)) {
            // A process was killed between its two writes. The head must not lag by
            // more than that one line.
            self.write_head(last)?;
        }
        Ok(Writing {
            ledger: self,
            _lock: lock,
            lines,
            head: read.head,
            torn: read.untold,
            open_line: text.last().is_some_and(|byte| *byte != b'\n'),
            entries: read.entries,
        })
    }

    /// Reads the whole ledger and tells what is not as it was written.
    ///
    /// # Errors
    /// What the system says.
    pub fn verify(&self) -> Result<Verified, ConsentError> {
        let _lock = lock(&self.folder)?;
        let path = self.folder.join(LINES);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(e) => return Err(ConsentError::disk("read", &path, e)),
        };
        let (head, broken) = match self.head() {
            Ok(head) => (head, None),
            Err(error) => (None, Some(error.to_string())),
        };
        let mut read = verify::read(&text, Some(self.key()), head.as_ref());
        if let Some(why) = broken {
            read.faults.push(Fault {
                line: 0,
                number: None,
                what: format!("the head was changed: {why}"),
            });
        }
        Ok(read)
    }

    fn write_head(&self, head: Head) -> Result<(), ConsentError> {
        let text = Signed::new(head, &self.signer, HEAD)?.text();
        let text = text.map_err(|e| ConsentError::syntax(HEAD, &e))?;
        write_whole(&self.folder.join(HEAD), text.as_bytes())
    }

    fn changed(&self, problem: &str) -> ConsentError {
        ConsentError::Ledger {
            file: self.folder.join(LINES),
            problem: problem.to_owned(),
        }
    }
}

impl Writing<'_> {
    /// Latest time that any line was written at.
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        self.entries.iter().map(|entry| entry.time).max()
    }

    /// The last line; none in an empty ledger.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        self.head
    }

    /// Adds what happened, after what has to be told of lines that were cut off; it is
    /// on the disk when this returns. A use whose id is there already is not added
    /// again.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add(&mut self, event: Event, now: Timestamp) -> Result<Head, ConsentError> {
        if self.head.is_none() {
            let key = self.ledger.key();
            self.line(Event::Opened { key }, now)?;
        }
        if !self.torn.is_empty() {
            let lines = std::mem::take(&mut self.torn);
            self.line(Event::Recovered { lines }, now)?;
        }
        if let Event::Used(used) = &event {
            let there = self
                .entries
                .iter()
                .any(|entry| matches!(&entry.event, Event::Used(other) if other.id == used.id));
            if let (true, Some(head)) = (there, self.head) {
                return Ok(head);
            }
        }
        self.line(event, now)
    }

    fn line(&mut self, event: Event, now: Timestamp) -> Result<Head, ConsentError> {
        let folder = &self.ledger.folder;
        let entry = Entry {
            version: entry::VERSION,
            number: self.head.map_or(0, |head| head.number + 1),
            previous: self.head.map_or(Hash::NONE, |head| head.hash),
            time: now,
            event,
        };
        let json = |e: serde_json::Error| ConsentError::syntax(LINES, &e);
        let signature = self.ledger.signer.sign(&canonical(&entry).map_err(json)?)?;
        let signed = SignedEntry { entry, signature };
        let line = canonical(&signed).map_err(json)?;
        let mut bytes = Vec::with_capacity(line.len() + 2);
        if self.open_line {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(&line);
        bytes.push(b'\n');
        let path = folder.join(LINES);
        let written = self.lines.write_all(&bytes);
        let written = written.and_then(|()| self.lines.sync_data());
        written.map_err(|e| ConsentError::disk("write", &path, e))?;
        self.open_line = false;
        let head = Head {
            version: 1,
            number: signed.entry.number,
            hash: Hash::of(&line),
            time: now,
        };
        self.ledger.write_head(head)?;
        self.entries.push(signed.entry);
        self.head = Some(head);
        Ok(head)
    }
}

/// Reads lines by whoever opened them.
pub(crate) fn read(text: &[u8]) -> Verified {
    verify::read(text, None, None)
}

/// Waits for the lock of a folder.
fn lock(folder: &Path) -> Result<File, ConsentError> {
    let path = folder.join(LOCK);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    file.and_then(|file| file.lock().map(|()| file))
        .map_err(|e| ConsentError::disk("lock", &path, e))
}

/// Writes a file beside its name and renames it when it has reached the disk.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ConsentError> {
    let partial = path.with_extension("part");
    let written = File::create(&partial).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_data()?;
        std::fs::rename(&partial, path)
    });
    written.map_err(|e| ConsentError::disk("write", path, e))
}
