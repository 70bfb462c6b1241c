//! The recipes that ship: thirty invented people and a mannequin.

use std::{collections::BTreeSet, path::Path};

use toile_body::{BodyData, TwinRecipe, fit, recipe::Finish};

/// Largest difference to a measure asked for, mm: less than a tape is read to.
const LARGEST_MM: f32 = 3.0;

fn recipes() -> Vec<(String, TwinRecipe)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/twins");
    let folders = std::fs::read_dir(root).expect("assets/twins");
    let mut list: Vec<_> = folders
        .map(|entry| {
            let folder = entry.expect("entry").path();
            let id = folder.file_name().expect("name").to_string_lossy();
            let text = std::fs::read_to_string(folder.join("recipe.ron")).expect("recipe");
            let recipe = TwinRecipe::from_ron(&text).unwrap_or_else(|e| panic!("{id}: {e}"));
            (id.into_owned(), recipe)
        })
        .collect();
    list.sort_by(|a, b| a.0.cmp(&b.0));
    list
}

#[test]
fn every_recipe_has_measures_that_a_body_can_have() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/body/hm08.bin.zst");
    let data = BodyData::load(&data).expect("body data");
    let mut worst = (0.0, String::new());
    for (id, recipe) in recipes() {
        let targets = recipe.measures.expect("measures");
        let fitted = fit(&data, &recipe.shape, &targets).unwrap_or_else(|e| panic!("{id}: {e}"));
        println!("{id}: within {:.2} mm", fitted.residual_mm_max);
        if fitted.residual_mm_max > worst.0 {
            worst = (fitted.residual_mm_max, id);
        }
    }
    println!("worst: {} mm, {}", worst.0, worst.1);
    assert!(worst.0 < LARGEST_MM, "{} is off by {} mm", worst.1, worst.0);
}

#[test]
fn thirty_people_of_every_hair_and_shoe_are_cast_besides_the_mannequin() {
    let (mut hair_styles, mut shoe_styles, mut people) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (_, recipe) in recipes() {
        if let Finish::Person { hair, shoes, .. } = recipe.finish {
            people += 1;
            hair_styles.insert(format!("{:?}", hair.style));
            shoe_styles.insert(format!("{:?}", shoes.style));
        }
    }
    assert_eq!(people, 30);
    assert_eq!(hair_styles.len(), 12, "{hair_styles:?}");
    assert_eq!(shoe_styles.len(), 5, "{shoe_styles:?}");
}
