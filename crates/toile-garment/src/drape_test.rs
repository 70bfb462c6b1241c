//! Drape tests: `scenes/drape-test.ron`, a round specimen over a round table for a
//! list of fabrics (Cusick 1968; ISO 9073-9).

use crate::error::GarmentError;
use serde::{Deserialize, Serialize};

/// A drape test as it is kept in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrapeTest {
    /// Version of the file format; this is version 1.
    pub version: u32,
    /// Diameter of the specimen, m.
    pub specimen_diameter: f64,
    /// Diameter of the table, m. What lies on it is held flat.
    pub table_diameter: f64,
    /// Edge length of the mesh, m.
    pub edge: f64,
    /// Ids of the fabrics to be hung, one after the other.
    pub fabrics: Vec<String>,
}

impl DrapeTest {
    /// Reads a drape test. `source` names the file in messages.
    ///
    /// # Errors
    /// [`GarmentError::Parse`] for broken or unknown fields,
    /// [`GarmentError::Invalid`] for numbers that cannot be tested.
    pub fn from_ron(text: &str, source: &str) -> Result<Self, GarmentError> {
        let test: Self = ron::from_str(text).map_err(|e| GarmentError::parse(source, e))?;
        let invalid = |field: &str, problem: String| {
            Err(GarmentError::invalid(source, field.to_owned(), problem))
        };
        if test.version != 1 {
            let problem = format!("is {}; this program reads version 1", test.version);
            return invalid("version", problem);
        }
        for (field, x, low, high) in [
            ("specimen_diameter", test.specimen_diameter, 0.1, 1.0),
            ("table_diameter", test.table_diameter, 0.05, 0.9),
            ("edge", test.edge, 0.002, 0.02),
        ] {
            if !(x >= low && x <= high) {
                return invalid(
                    field,
                    format!("is {x}; it must lie between {low} and {high} (m)"),
                );
            }
        }
        if test.specimen_diameter < test.table_diameter + 8.0 * test.edge {
            let problem = format!(
                "is {}; the specimen must hang over by four edges on either side: at most {}",
                test.table_diameter,
                test.specimen_diameter - 8.0 * test.edge
            );
            return invalid("table_diameter", problem);
        }
        if test.fabrics.is_empty() {
            return invalid("fabrics", "is empty; name at least one fabric".into());
        }
        Ok(test)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(specimen: &str, fabrics: &str) -> Result<DrapeTest, String> {
        let text = format!(
            "(version: 1, specimen_diameter: {specimen}, table_diameter: 0.18, edge: 0.006, fabrics: {fabrics})"
        );
        DrapeTest::from_ron(&text, "t.ron").map_err(|e| e.to_string())
    }

    #[test]
    fn a_drape_test_is_read() {
        let test = read("0.30", r#"["silk", "denim"]"#).unwrap();
        assert_eq!(test.fabrics, ["silk", "denim"]);
    }

    #[test]
    fn a_specimen_that_hardly_hangs_over_is_refused() {
        let error = read("0.20", r#"["silk"]"#).unwrap_err();
        assert!(
            error.contains("t.ron") && error.contains("table_diameter"),
            "{error}"
        );
    }

    #[test]
    fn a_test_of_nothing_is_refused() {
        assert!(read("0.30", "[]").unwrap_err().contains("fabrics"));
    }
}
