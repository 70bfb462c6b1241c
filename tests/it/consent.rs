//! Licences and the account by the command line, in a house of its own.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};
use toile::{consent::Account, paths::Assets, production::Production};
use toile_show::Show;

/// Assets with one twin, of a living person, and a ledger.
struct House {
    folder: tempfile::TempDir,
    /// Where avatars are kept, if not with everybody's.
    avatars: Option<PathBuf>,
}

/// A show of one look that stands in the fitting room.
const SHOW: &str = "scenes/fitting-room.ron";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let house = Self {
            folder,
            avatars: None,
        };
        let assets = house.path("assets");
        std::fs::create_dir_all(assets.join("twins/zoe")).unwrap();
        for kind in ["fabrics", "garments", "environments", "body"] {
            std::os::unix::fs::symlink(root().join("assets").join(kind), assets.join(kind))
                .unwrap();
        }
        let twins = root().join("assets/twins");
        std::os::unix::fs::symlink(twins.join("mannequin"), assets.join("twins/mannequin"))
            .unwrap();
        let recipe = assets.join("twins/zoe/recipe.ron");
        std::fs::copy(twins.join("mei/recipe.ron"), recipe).unwrap();
        let show = std::fs::read_to_string(root().join(SHOW)).unwrap();
        let show = show.replace("twin: \"mannequin\"", "twin: \"zoe\"");
        assert!(show.contains("\"zoe\""));
        std::fs::write(house.path("show.ron"), show).unwrap();
        for paper in ["creation", "altering", "using", "identity"] {
            std::fs::write(house.path(paper), format!("{paper}, signed")).unwrap();
        }
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_toile"))
            .args(args)
            .current_dir(self.folder.path())
            .env("TOILE_LEDGER", self.path("ledger"))
            .envs(self.avatars.iter().map(|folder| ("TOILE_AVATARS", folder)))
            .output()
            .unwrap()
    }

    /// What a command prints that succeeds.
    fn said(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command prints that fails.
    fn refused(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(!output.status.success(), "{args:?}");
        [output.stdout, output.stderr]
            .map(|text| String::from_utf8_lossy(&text).into_owned())
            .concat()
    }

    /// The record of the twin, with a key that may license it.
    fn record(&self, key: &str) {
        let record = std::fs::read_to_string(root().join("assets/twins/mei/twin.ron")).unwrap();
        let record: String = record
            .replace("id: \"mei\"", "id: \"zoe\"")
            .replace("kind: synthetic", "kind: person")
            .lines()
            .filter(|line| !line.starts_with("    keys:"))
            .map(|line| format!("{line}\n"))
            .collect();
        let end = record.rfind(')').unwrap();
        let record = format!("{}    keys: [\"{key}\"],\n)\n", &record[..end]);
        std::fs::write(self.path("assets/twins/zoe/twin.ron"), record).unwrap();
    }

    /// A signed licence for the show's client, until a time.
    fn license(&self, until: &str) {
        self.license_as(until, |record| record);
    }

    /// As [`House::license`], for a record that is edited before.
    fn license_as(&self, until: &str, edit: impl Fn(String) -> String) {
        let key = self.said(&["licence", "key", "model.key"]);
        let key = key.trim();
        self.record(key);
        let record = self.path("assets/twins/zoe/twin.ron");
        let text = std::fs::read_to_string(&record).unwrap();
        std::fs::write(&record, edit(text)).unwrap();
        self.said(&[
            "licence",
            "new",
            "zoe",
            "--id",
            "L-1",
            "--client",
            "Toile Demo House",
            "--name",
            "Model 17",
            "--public-key",
            key,
            "--consents",
            "creation",
            "altering",
            "using",
            "--identity",
            "identity",
            "--pay",
            "0.50",
            "--per",
            "still",
            "--from",
            "2026-11-01T00:00:00Z",
            "--until",
            until,
            "--out",
            "draft.json",
        ]);
        self.said(&["licence", "sign", "draft.json", "--key", "model.key"]);
    }
}

/// The draft edited, and signed under another id.
fn edited(house: &House, from: &str, to: &str) {
    let draft = std::fs::read_to_string(house.path("draft.json")).unwrap();
    assert!(draft.contains(from), "{draft}");
    let draft = draft.replace(from, to).replace("\"L-1\"", "\"L-2\"");
    std::fs::write(house.path("draft-2.json"), draft).unwrap();
    house.said(&["licence", "sign", "draft-2.json", "--key", "model.key"]);
}

const PAPER: &str = "assets/twins/zoe/licences/L-1.licence.json";

#[test]
fn a_licence_is_begun_signed_checked_and_revoked() {
    let house = House::new();
    house.license("2029-11-01T00:00:00Z");
    let said = house.said(&["licence", "verify", PAPER]);
    assert!(said.contains("licence L-1 for Toile Demo House"), "{said}");
    let said = house.said(&["licence", "show", PAPER]);
    assert!(
        said.contains("Model 17, the person shown, grants Toile Demo House"),
        "{said}"
    );
    let said = house.said(&["licence", "check", "show.ron"]);
    assert!(said.contains("ok      zoe: by licence L-1"), "{said}");
    let said = house.refused(&["licence", "check", "show.ron", "--as", "data-set"]);
    assert!(said.contains("clause scope.media"), "{said}");
    house.said(&["licence", "revoke", "zoe", "L-1", "--key", "model.key"]);
    let said = house.refused(&["licence", "check", "show.ron"]);
    assert!(said.contains("licence L-1: clause revocation"), "{said}");
    assert!(!house.path("ledger").exists(), "asking makes no account");
}

#[test]
fn a_licence_that_was_changed_holds_no_more() {
    let house = House::new();
    house.license("2029-11-01T00:00:00Z");
    let text = std::fs::read_to_string(house.path(PAPER)).unwrap();
    std::fs::write(house.path(PAPER), text.replace("\"0.50\"", "\"0.05\"")).unwrap();
    let said = house.refused(&["licence", "verify", PAPER]);
    assert!(said.contains("the signature does not hold"), "{said}");
    let said = house.refused(&["licence", "check", "show.ron"]);
    assert!(said.contains("not as it was signed"), "{said}");
}

#[test]
fn a_recipe_that_nobody_agreed_to_is_refused() {
    let house = House::new();
    house.license("2029-11-01T00:00:00Z");
    let other = root().join("assets/twins/ines/recipe.ron");
    std::fs::copy(other, house.path("assets/twins/zoe/recipe.ron")).unwrap();
    let said = house.refused(&["check", "show.ron"]);
    assert!(
        said.contains("clause replica: recipe.ron is not the file"),
        "{said}"
    );
}

#[test]
fn a_record_that_shows_the_face_where_the_signed_one_does_not_is_refused() {
    let house = House::new();
    let record = house.path("assets/twins/zoe/twin.ron");
    house.license_as("2029-11-01T00:00:00Z", |record| {
        record.replace("gait:", "face: mannequin,\n    gait:")
    });
    house.said(&["licence", "check", "show.ron"]);
    let shown = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, shown.replace("face: mannequin", "face: twin")).unwrap();
    let said = house.refused(&["licence", "check", "show.ron"]);
    assert!(
        said.contains("clause replica: twin.ron is not the file"),
        "{said}"
    );
}

#[test]
fn what_is_signed_is_never_written_over() {
    let house = House::new();
    house.license("2029-11-01T00:00:00Z");
    let said = house.refused(&["licence", "sign", "draft.json", "--key", "model.key"]);
    assert!(said.contains("is there already"), "{said}");
    let said = house.refused(&["licence", "key", "model.key"]);
    assert!(said.contains("model.key"), "{said}");
}

#[test]
fn a_capture_under_an_ended_licence_is_refused_and_written_down() {
    let house = House::new();
    house.license("2026-11-02T00:00:00Z");
    let said = house.refused(&["capture", "show.ron", "--out", "out"]);
    assert!(said.contains("clause duration.not_after"), "{said}");
    assert!(!house.path("out").exists());
    let month = house.said(&["ledger", "verify"]);
    assert!(month.contains("2 entries"), "{month}");
}

#[test]
fn a_picture_is_owed_and_told_in_the_statement() {
    let house = House::new();
    house.license("2029-11-01T00:00:00Z");
    // A film first: it is counted in seconds, and nothing is owed for those.
    house.said(&[
        "capture", "show.ron", "--size", "96x64", "--fps", "4", "--to", "0.5", "--out", "film",
    ]);
    let today = house.said(&["ledger", "verify"]);
    assert!(
        today.contains("4 entries"),
        "opened, begun, used, ended: {today}"
    );
    let line = today
        .lines()
        .find(|line| line.starts_with("last:"))
        .unwrap();
    let month = &line.split(", ").nth(1).unwrap()[..7];
    let statement = house.said(&[
        "ledger",
        "statement",
        "--twin",
        "zoe",
        "--month",
        month,
        "--format",
        "json",
    ]);
    let statement: serde_json::Value = serde_json::from_str(&statement).unwrap();
    let used = &statement["uses"][0];
    assert_eq!(used["seconds"], "0.50", "{used}");
    assert_eq!(used["fee"], "0.00", "{used}");
    assert_eq!(used["frames"], 2, "{used}");
    assert!(
        used["measured"].as_str().unwrap().starts_with("object ids"),
        "{used}"
    );
    assert!(
        used["outputs"]["show.mp4"]
            .as_str()
            .unwrap()
            .starts_with("sha256:"),
        "{used}"
    );
    // The film says the same of itself, and that it was changed.
    let said = house.said(&["verify", "film/show.mp4", "film/poster.png"]);
    for words in [
        "TRUSTED film/show.mp4",
        "1 replica of a person",
        "recording of a virtual event",
        "licence     L-1 sha256:",
        "an entry of this account",
        "machines may not learn",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("zoe"), "no twin is named: {said}");
    let film = house.path("film/show.mp4");
    let mut bytes = std::fs::read(&film).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&film, bytes).unwrap();
    let said = house.refused(&["verify", "film/show.mp4"]);
    assert!(said.contains("BROKEN film/show.mp4"), "{said}");
    // A changed line is named.
    let lines = house.path("ledger/ledger.jsonl");
    let text = std::fs::read_to_string(&lines).unwrap();
    std::fs::write(&lines, text.replace("\"frames\":2", "\"frames\":1")).unwrap();
    let said = house.refused(&["ledger", "verify"]);
    assert!(said.contains("line 3, entry 2: was changed"), "{said}");
    let said = house.refused(&["licence", "check", "show.ron"]);
    assert!(said.contains("ledger"), "{said}");
}

/// The house's show with a second look of the same twin.
fn two_looks(house: &House) -> (Assets, Show) {
    let assets = Assets::find(Some(&house.path("assets"))).unwrap();
    let assets = assets.with_account(Account::at(&house.path("ledger")));
    let mut show = Show::load(&house.path("show.ron")).unwrap();
    let mut second = show.looks[0].clone();
    second.number = 2;
    show.looks.push(second);
    (assets, show)
}

/// Numbers of the looks that a production's twin is asked for.
fn asked(production: &Production) -> Vec<u32> {
    let part = &production.looks[0].cast.part;
    part.looks.iter().map(|look| look.number).collect()
}

#[test]
fn a_twin_is_asked_for_the_looks_that_are_photographed_and_no_others() {
    let house = House::new();
    house.license("2029-11-01T00:00:00Z");
    let (assets, show) = two_looks(&house);
    let only = Production::cast_lookbook(show, "show.ron", &assets, &[2]).unwrap();
    assert_eq!(asked(&only), [2]);
}

#[test]
fn looks_that_were_put_together_are_asked_for_together() {
    let house = House::new();
    house.license("2029-11-01T00:00:00Z");
    let (assets, show) = two_looks(&house);
    let cast = |number| {
        let show = show.clone();
        Production::cast_lookbook(show, "show.ron", &assets, &[number]).unwrap()
    };
    let (mut first, second) = (cast(1), cast(2));
    first.looks.extend(second.looks);
    let intent = first.intent.clone();
    first.ask_again(&intent).unwrap();
    assert_eq!(asked(&first), [1, 2]);
}

#[test]
fn measures_of_a_person_leave_only_where_a_licence_lets_them() {
    let house = House::new();
    house.license("2029-11-01T00:00:00Z");
    let export = ["garment", "export", "tee", "--twin", "zoe"];
    let said = house.refused(&export);
    assert!(said.contains("clause scope.measures"), "{said}");
    let drape = ["drape", "tee", "--twin", "zoe", "--fabric", "cotton-jersey"];
    let said = house.refused(&[&drape[..], &["--out", "body.obj"]].concat());
    assert!(said.contains("clause scope.measures"), "{said}");
    let measured = |said: &str| said.contains("bust:");
    let said = house.said(&["twin", "show", "zoe"]);
    assert!(
        said.contains("measures: not told") && !measured(&said),
        "{said}"
    );
    let said = house.said(&["twin", "list"]);
    let zoe = said.lines().find(|line| line.starts_with("zoe")).unwrap();
    assert!(!zoe.contains('.'), "{zoe}");
    edited(
        &house,
        "\"scope\": {",
        "\"scope\": {\n    \"measures\": true,",
    );
    assert!(house.said(&export).contains("panels"));
    assert!(measured(&house.said(&["twin", "show", "zoe"])));
}

#[test]
fn a_record_with_another_name_than_the_pseudonym_is_refused() {
    let house = House::new();
    house.license("2029-11-01T00:00:00Z");
    let record = house.path("assets/twins/zoe/twin.ron");
    let text = std::fs::read_to_string(&record).unwrap();
    let line = text
        .lines()
        .find(|l| l.trim().starts_with("name:"))
        .unwrap();
    std::fs::write(&record, text.replace(line, "    name: \"Zoë Ferreira\",")).unwrap();
    let said = house.refused(&["licence", "check", "show.ron"]);
    // The record is part of what was signed, pseudonym and all.
    assert!(said.contains("clause replica: twin.ron"), "{said}");
    assert!(!said.contains("Ferreira"), "{said}");
}

#[test]
fn an_identity_is_sealed_named_by_a_licence_and_opened_by_its_key_alone() {
    let house = House::new();
    house.license("2029-11-01T00:00:00Z");
    let to = house.said(&["twin", "identity", "key", "agency.key"]);
    let to = to.trim();
    std::fs::write(house.path("who"), "Zoë Ferreira, 1999-01-31\n").unwrap();
    let said = house.said(&["twin", "identity", "seal", "zoe", "who", "--to", to]);
    assert!(said.contains("sealed to x25519:"), "{said}");
    let sealed = house.path("assets/twins/zoe/identity.sealed");
    assert!(
        !std::fs::read_to_string(sealed)
            .unwrap()
            .contains("Ferreira")
    );
    let open = ["twin", "identity", "open", "zoe", "--key"];
    assert_eq!(
        house.said(&[&open[..], &["agency.key"]].concat()),
        "Zoë Ferreira, 1999-01-31\n"
    );
    house.said(&["twin", "identity", "key", "other.key"]);
    let said = house.refused(&[&open[..], &["other.key"]].concat());
    assert!(said.contains("is sealed to x25519:"), "{said}");
    let said = house.refused(&["twin", "identity", "seal", "zoe", "who", "--to", to]);
    assert!(said.contains("is there already"), "{said}");
    // The licence was made before, with another paper.
    let said = house.said(&["twin", "show", "zoe"]);
    assert!(said.contains("licence L-1 names another sealed"), "{said}");
}

#[test]
fn an_erased_twin_is_gone_refused_and_still_told_in_its_statement() {
    let mut house = House::new();
    house.avatars = Some(house.path("avatars"));
    house.license("2029-11-01T00:00:00Z");
    house.said(&[
        "capture", "show.ron", "--size", "96x64", "--fps", "4", "--to", "0.5", "--out", "film",
    ]);
    let twin = house.path("assets/twins/zoe");
    let said = house.refused(&["twin", "erase", "zoe"]);
    assert!(said.contains("would go") && twin.exists(), "{said}");
    let kept = house.path("kept");
    let copied = Command::new("cp").arg("-r").args([&twin, &kept]).status();
    assert!(copied.unwrap().success());
    let said = house.said(&["twin", "erase", "zoe", "--yes"]);
    assert!(said.contains("zoe: erased") && !twin.exists(), "{said}");
    assert!(said.contains("1 films and pictures"), "{said}");
    let said = house.said(&["ledger", "verify"]);
    assert!(said.contains("5 entries"), "{said}");
    let last = said.lines().find(|line| line.starts_with("last:"));
    let month = &last.unwrap().split(", ").nth(1).unwrap()[..7];
    let statement = ["ledger", "statement", "--twin", "zoe", "--month", month];
    let said = house.said(&statement);
    assert!(said.contains("The twin was erased on"), "{said}");
    assert!(said.contains("Licence L-1 is not at hand"), "{said}");
    // Put back, licences and all, it stays away.
    std::fs::rename(kept, &twin).unwrap();
    let said = house.refused(&["licence", "check", "show.ron"]);
    assert!(said.contains("clause erased"), "{said}");
    std::fs::remove_dir_all(&twin).unwrap();
    let new = ["twin", "new", "--id", "zoe", "--height", "178"];
    let body = ["--bust", "88", "--waist", "67", "--hip", "93"];
    let said = house.refused(&[&new[..], &body[..]].concat());
    assert!(said.contains("is not used again"), "{said}");
}
