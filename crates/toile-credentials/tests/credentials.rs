//! Files are signed and read back.

#![expect(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use common::{PNG, statement};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use toile_credentials::{Identity, Seal, State, examine, sidecar_of};

struct Studio {
    folder: TempDir,
    seal: Seal,
    trusted: String,
}

impl Studio {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        let seal = Seal::new(&Identity::open(&keys).unwrap()).unwrap();
        Self {
            trusted: Identity::trusted(&keys).unwrap().unwrap(),
            folder,
            seal,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn png(&self) -> PathBuf {
        let path = self.path("gala.png");
        std::fs::write(&path, self.seal.png(PNG, &statement()).unwrap()).unwrap();
        path
    }

    fn state(&self, path: &Path) -> State {
        examine(path, Some(&self.trusted)).unwrap().state
    }
}

#[test]
fn a_picture_says_how_it_was_made_and_under_which_licence() {
    let studio = Studio::new();
    let read = examine(&studio.png(), Some(&studio.trusted)).unwrap();
    assert_eq!(read.problems, [""; 0]);
    assert_eq!(read.state, State::Trusted);
    let said = statement();
    assert_eq!(read.title.as_deref(), Some("gala.png"));
    assert_eq!(read.software.as_deref(), Some("Toile 0.1.0"));
    assert_eq!(read.when, Some(said.when));
    assert_eq!(read.source, Some(said.source));
    assert_eq!(read.replica_use, said.replica_use);
    assert_eq!(read.ingredients, said.ingredients);
    assert!(read.training_forbidden && !read.beside);
    assert_eq!(read.signer.as_deref(), Some("Toile on this machine, Toile"));
}

#[test]
fn strangers_find_it_whole_and_do_not_know_who_signed() {
    let studio = Studio::new();
    let picture = studio.png();
    let read = examine(&picture, None).unwrap();
    assert_eq!(read.state, State::Valid, "{:?}", read.problems);
    assert!(read.problems[0].contains("signingCredential.untrusted"));
    let other = Studio::new();
    let read = examine(&picture, Some(&other.trusted)).unwrap();
    assert_eq!(read.state, State::Valid);
}

/// Places of bytes that can be changed in a file without anybody seeing it.
fn unseen(examined: &Path, changed: &Path, trusted: &str) -> Vec<usize> {
    let whole = std::fs::read(changed).unwrap();
    let seen = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(changed, &bytes).unwrap();
        let read = examine(examined, Some(trusted));
        !read.is_ok_and(|read| read.state != State::Broken)
    };
    (0..whole.len()).filter(|&at| !seen(at)).collect()
}

#[test]
fn any_byte_that_is_changed_in_credentials_is_found() {
    let studio = Studio::new();
    let path = studio.path("frame.exr");
    let content = b"what a renderer wrote";
    let manifest = studio.seal.beside(&path, content, &statement()).unwrap();
    std::fs::write(&path, content).unwrap();
    std::fs::write(sidecar_of(&path), manifest).unwrap();
    let unseen = unseen(&path, &sidecar_of(&path), &studio.trusted);
    assert_eq!(unseen, [0; 0]);
}

#[test]
fn any_byte_that_is_changed_in_a_picture_is_found() {
    let studio = Studio::new();
    let path = studio.png();
    assert_eq!(unseen(&path, &path, &studio.trusted), [0; 0]);
}

#[test]
fn files_that_carry_nothing_have_their_credentials_beside_them() {
    let studio = Studio::new();
    for name in ["frame.exr", "avatar.glb"] {
        let (partial, path) = (studio.path("a.part"), studio.path(name));
        std::fs::write(&partial, b"what a renderer wrote").unwrap();
        studio.seal.file(&partial, &path, &statement()).unwrap();
        std::fs::rename(&partial, &path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"what a renderer wrote");
        let read = examine(&path, Some(&studio.trusted)).unwrap();
        assert_eq!((read.state, read.beside), (State::Trusted, true));
        assert_eq!(read.replica_use, statement().replica_use);
        std::fs::write(&path, b"what somebody else wrote").unwrap();
        assert_eq!(studio.state(&path), State::Broken);
    }
}

#[test]
fn credentials_of_one_file_do_not_hold_beside_another() {
    let studio = Studio::new();
    let path = studio.path("a.exr");
    let manifest = studio.seal.beside(&path, b"one", &statement()).unwrap();
    std::fs::write(sidecar_of(&path), manifest).unwrap();
    std::fs::write(&path, b"one").unwrap();
    assert_eq!(studio.state(&path), State::Trusted);
    std::fs::write(&path, b"two").unwrap();
    assert_eq!(studio.state(&path), State::Broken);
}

#[test]
fn a_file_without_credentials_is_said_to_have_none() {
    let studio = Studio::new();
    let path = studio.path("plain.png");
    std::fs::write(&path, PNG).unwrap();
    let said = examine(&path, None).unwrap_err().to_string();
    assert!(said.contains("no Content Credentials"), "{said}");
    let path = studio.path("notes.txt");
    std::fs::write(&path, "words").unwrap();
    let said = examine(&path, None).unwrap_err().to_string();
    assert!(said.contains("no Content Credentials"), "{said}");
}

#[test]
fn what_cannot_be_signed_is_refused_and_stays_as_it_was() {
    let studio = Studio::new();
    let (partial, path) = (studio.path("a.part"), studio.path("a.mp4"));
    std::fs::write(&partial, b"no movie").unwrap();
    let said = studio.seal.file(&partial, &path, &statement());
    assert!(said.unwrap_err().to_string().contains("a.mp4 cannot carry"));
    assert_eq!(std::fs::read(&partial).unwrap(), b"no movie");
    let path = studio.path("a.wmv");
    let said = studio.seal.file(&partial, &path, &statement()).unwrap_err();
    assert!(said.to_string().contains("it is no PNG"), "{said}");
}

#[test]
fn an_identity_is_made_once_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("deep/keys");
    Identity::open(&keys).unwrap();
    let before = std::fs::read(keys.join("chain.pem")).unwrap();
    Identity::open(&keys).unwrap();
    assert_eq!(std::fs::read(keys.join("chain.pem")).unwrap(), before);
    let beside = std::fs::read_dir(folder.path().join("deep")).unwrap();
    assert_eq!(beside.count(), 1, "nothing else is left");
}

#[test]
fn an_identity_that_is_moved_away_stays_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    Identity::open(&keys).unwrap();
    let first = Identity::trusted(&keys).unwrap().unwrap();
    for name in ["chain.pem", "key.pem"] {
        std::fs::remove_file(keys.join(name)).unwrap();
    }
    Identity::open(&keys).unwrap();
    let both = Identity::trusted(&keys).unwrap().unwrap();
    assert!(both.starts_with(&first) && both.len() > first.len());
}

#[test]
fn keys_of_each_kind_are_told_apart_and_half_an_identity_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    Identity::open(&keys).unwrap();
    let refusal = || Identity::open(&keys).unwrap_err().to_string();
    let key = std::fs::read_to_string(keys.join("key.pem")).unwrap();
    std::fs::write(keys.join("key.pem"), key.replace("PRIVATE KEY", "SECRET")).unwrap();
    assert!(refusal().contains("PKCS #8"));
    let other = folder.path().join("other");
    Identity::open(&other).unwrap();
    std::fs::remove_file(keys.join("key.pem")).unwrap();
    assert!(refusal().contains("cannot read"), "{}", refusal());
    std::fs::write(keys.join("key.pem"), &key).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |mode| std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(keys.join("key.pem"), mode(0o644)).unwrap();
        assert!(refusal().contains("others may read it"));
        std::fs::set_permissions(keys.join("key.pem"), mode(0o600)).unwrap();
    }
    std::fs::write(keys.join("chain.pem"), "words").unwrap();
    assert!(refusal().contains("holds no certificate"));
}

#[test]
fn processes_that_make_an_identity_at_once_agree_on_one() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let opened: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| Identity::open(&keys).is_ok()))
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(opened, [true; 8]);
}
