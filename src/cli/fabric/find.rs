//! `toile fabric find`.

use crate::cli::Failure;
use std::path::Path;
use toile_catalogue::{
    Store,
    find::{Finder, Order, Query, Range, parse_construction, parse_fibre},
    hit_row, parse_colour,
};
use toile_garment::Origin;

/// Which fabrics.
#[derive(Debug, clap::Args)]
pub(super) struct Filters {
    /// Words that must all occur; end the last in * if it is only begun
    #[arg(default_value = "")]
    text: String,
    /// Weave or knit: satin, denim, rib …; may be repeated for either
    #[arg(long)]
    construction: Vec<String>,
    /// Fibre, or fibre:share for at least so many percent; repeated for all of them
    #[arg(long)]
    fibre: Vec<String>,
    /// Mechanics that are measured, vendor, fitted, estimated or default; repeated for either
    #[arg(long)]
    origin: Vec<String>,
    /// Weight, g/m²: 60..110, ..200, 300.. or 120 (± 5 %)
    #[arg(long, value_name = "RANGE")]
    weight: Option<String>,
    /// Thickness, mm
    #[arg(long, value_name = "RANGE")]
    thickness: Option<String>,
    /// Width, cm
    #[arg(long, value_name = "RANGE")]
    width: Option<String>,
    /// Price per metre
    #[arg(long, value_name = "RANGE")]
    price: Option<String>,
    /// Currency of the price [default: the commonest in the catalogue]
    #[arg(long)]
    currency: Option<String>,
    /// Least length sold, m
    #[arg(long, value_name = "RANGE")]
    minimum: Option<String>,
    /// Drape: fluid, soft, medium, crisp, or a range of Cusick coefficients, percent
    #[arg(long, value_name = "WORD|RANGE")]
    drape: Option<String>,
    /// Bending length, mm (mean of warp and weft)
    #[arg(long, value_name = "RANGE")]
    bending_length: Option<String>,
    /// Stretch under 98.1 N/m, percent (the larger of warp and weft)
    #[arg(long, value_name = "RANGE")]
    stretch: Option<String>,
    /// Colour: '#RRGGBB' or a name such as navy
    #[arg(long)]
    colour: Option<String>,
    /// Greatest CIEDE2000 difference from the colour
    #[arg(long, default_value_t = 8.0, value_name = "DE")]
    within: f32,
}

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    filters: Filters,
    /// Order of the list
    #[arg(long, value_enum, default_value_t = Sort::Best)]
    sort: Sort,
    /// How many to list
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Sort {
    /// Nearest colour, words in the name, measured before estimated
    Best,
    /// Cheapest first
    Price,
    /// Lightest first
    Weight,
    /// Softest drape first
    Drape,
}

impl Filters {
    /// The search for them, in the best order, without an end.
    pub(super) fn query(&self) -> Result<Query, Failure> {
        let find = self;
        let range = |option: &str, text: &Option<String>| {
            text.as_deref().map(|t| Range::parse(option, t)).transpose()
        };
        Ok(Query {
            text: find.text.clone(),
            constructions: find
                .construction
                .iter()
                .map(|c| parse_construction(c))
                .collect::<Result<_, _>>()?,
            fibres: find
                .fibre
                .iter()
                .map(|f| parse_fibre(f))
                .collect::<Result<_, _>>()?,
            origins: find
                .origin
                .iter()
                .map(|o| origin(o))
                .collect::<Result<_, _>>()?,
            weight: range("--weight", &find.weight)?,
            thickness: range("--thickness", &find.thickness)?,
            width: range("--width", &find.width)?,
            price: range("--price", &find.price)?,
            currency: find.currency.clone(),
            minimum: range("--minimum", &find.minimum)?,
            drape: find.drape.as_deref().map(Range::drape).transpose()?,
            bending_length: range("--bending-length", &find.bending_length)?,
            stretch: range("--stretch", &find.stretch)?,
            colour: match &find.colour {
                Some(c) => Some((parse_colour(c)?, find.within)),
                None => None,
            },
            limit: u32::MAX as usize,
            ..Query::default()
        })
    }
}

pub(super) fn run(find: &Args, file: &Path) -> Result<(), Failure> {
    let query = Query {
        order: match find.sort {
            Sort::Best => Order::Best,
            Sort::Price => Order::Price,
            Sort::Weight => Order::Weight,
            Sort::Drape => Order::Drape,
        },
        limit: find.limit,
        ..find.filters.query()?
    };
    let store = Store::open(file)?;
    let finder = Finder::new(&store)?;
    let start = std::time::Instant::now();
    let found = finder.find(&query)?;
    let ms = start.elapsed().as_secs_f32() * 1e3;
    for hit in &found.hits {
        println!("{}", hit_row(hit));
    }
    println!("{} of {} fabrics ({ms:.0} ms)", found.total, finder.count());
    if let Some(currency) = &found.currency {
        println!("prices compared in {currency}; fabrics priced in another currency are left out");
    }
    if found.total == 0 {
        let mut some = false;
        let tried = without_one(&query);
        for (name, fewer) in &tried {
            let left = finder.find(fewer)?.total;
            if left > 0 {
                println!("without {name} there are {left}");
                some = true;
            }
        }
        if !some && tried.len() > 1 {
            println!(
                "nor are there any without one of the {} conditions",
                tried.len()
            );
        }
    }
    for (name, counts) in &found.facets {
        let counts: Vec<String> = counts
            .iter()
            .take(8)
            .map(|(value, n)| format!("{value} {n}"))
            .collect();
        if !counts.is_empty() {
            println!("{name}: {}", counts.join(", "));
        }
    }
    Ok(())
}

/// A search without each of the things that it asks for.
fn without_one(query: &Query) -> Vec<(&'static str, Query)> {
    let mut out = Vec::new();
    let mut less = |name, asked: bool, drop: &dyn Fn(&mut Query)| {
        if asked {
            let mut fewer = query.clone();
            fewer.limit = 1;
            drop(&mut fewer);
            out.push((name, fewer));
        }
    };
    less("the words", !query.text.trim().is_empty(), &|q| {
        q.text.clear();
    });
    less("--construction", !query.constructions.is_empty(), &|q| {
        q.constructions.clear();
    });
    less("--fibre", !query.fibres.is_empty(), &|q| q.fibres.clear());
    less("--origin", !query.origins.is_empty(), &|q| {
        q.origins.clear();
    });
    less("--weight", query.weight.is_some(), &|q| q.weight = None);
    less("--thickness", query.thickness.is_some(), &|q| {
        q.thickness = None;
    });
    less("--width", query.width.is_some(), &|q| q.width = None);
    less("--price", query.price.is_some(), &|q| q.price = None);
    less("--minimum", query.minimum.is_some(), &|q| q.minimum = None);
    less("--drape", query.drape.is_some(), &|q| q.drape = None);
    less("--bending-length", query.bending_length.is_some(), &|q| {
        q.bending_length = None;
    });
    less("--stretch", query.stretch.is_some(), &|q| q.stretch = None);
    less("--colour", query.colour.is_some(), &|q| q.colour = None);
    out
}

fn origin(text: &str) -> Result<Origin, String> {
    toile_catalogue::ORIGINS
        .into_iter()
        .find(|o| toile_catalogue::origin_word(*o) == text)
        .ok_or_else(|| {
            format!("--origin: '{text}' is none of measured, vendor, fitted, estimated, default")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_in_vain_is_tried_without_each_of_its_conditions() {
        let range = Range {
            low: 1.0,
            high: 2.0,
        };
        let query = Query {
            text: "silk".into(),
            price: Some(range),
            ..Query::default()
        };
        let tried = without_one(&query);
        let names: Vec<_> = tried.iter().map(|t| t.0).collect();
        assert_eq!(names, ["the words", "--price"]);
        assert!(tried[0].1.text.is_empty() && tried[0].1.price.is_some());
        assert!(tried[1].1.price.is_none() && tried[1].1.text == "silk");
    }
}
