//! Kinds of fabric that a market is made of.

/// A kind: what it is called, what it is made of, and how much it weighs.
pub(super) struct Kind {
    /// Name in the trade; tells the construction.
    pub(super) name: &'static str,
    /// Compositions, the commonest first.
    pub(super) fibres: &'static [&'static str],
    /// Least and greatest weight, g/m².
    pub(super) weight: (f32, f32),
    /// Least and greatest price, USD per metre.
    pub(super) price: (f32, f32),
    /// Yarns.
    pub(super) yarns: &'static [&'static str],
    /// What it is for.
    pub(super) uses: &'static [&'static str],
    /// How common it is.
    pub(super) share: u32,
}

const SPUN: &[&str] = &[
    "40s x 40s",
    "60s x 60s",
    "32s x 32s",
    "80s/2 x 80s/2",
    "21s x 21s",
];
const COARSE: &[&str] = &["10s x 10s", "16s x 12s", "7s x 7s", "20s/2 x 16s"];
const FILAMENT: &[&str] = &[
    "75D x 75D",
    "50D x 75D",
    "100D x 100D",
    "30D x 30D",
    "20D x 20D",
];
const KNIT: &[&str] = &["30s/1", "40s/1", "32s/1 + 20D", "26s/1", "60s/2"];
const WOOL: &[&str] = &["2/60 Nm", "2/48 Nm", "2/80 Nm", "1/16 Nm"];

const fn kind(
    name: &'static str,
    fibres: &'static [&'static str],
    weight: (f32, f32),
    price: (f32, f32),
    yarns: &'static [&'static str],
    uses: &'static [&'static str],
    share: u32,
) -> Kind {
    Kind {
        name,
        fibres,
        weight,
        price,
        yarns,
        uses,
        share,
    }
}

#[rustfmt::skip]
pub(super) const KINDS: [Kind; 44] = [
    kind("poplin", &["100% cotton", "97% cotton 3% elastane", "65% polyester 35% cotton"], (90.0, 150.0), (2.0, 9.0), SPUN, &["shirt", "dress"], 9),
    kind("lawn", &["100% cotton", "70% cotton 30% silk"], (55.0, 85.0), (3.0, 12.0), SPUN, &["blouse", "dress"], 3),
    kind("voile", &["100% cotton", "100% viscose"], (45.0, 80.0), (2.5, 9.0), SPUN, &["blouse", "scarf"], 3),
    kind("oxford", &["100% cotton", "60% cotton 40% polyester"], (130.0, 190.0), (2.5, 8.0), SPUN, &["shirt"], 3),
    kind("chambray", &["100% cotton", "55% linen 45% cotton"], (100.0, 170.0), (2.5, 8.0), SPUN, &["shirt"], 2),
    kind("seersucker", &["100% cotton", "98% cotton 2% elastane"], (100.0, 150.0), (3.0, 9.0), SPUN, &["shirt", "suit"], 1),
    kind("canvas", &["100% cotton", "100% linen", "98% cotton 2% elastane"], (220.0, 420.0), (3.0, 11.0), COARSE, &["bag", "jacket"], 3),
    kind("linen plain weave", &["100% linen", "55% linen 45% viscose", "70% linen 30% cotton"], (130.0, 260.0), (5.0, 18.0), COARSE, &["dress", "trousers"], 5),
    kind("gauze", &["100% cotton", "50% cotton 50% linen"], (70.0, 150.0), (2.5, 8.0), SPUN, &["dress"], 2),
    kind("taffeta", &["100% polyester", "100% silk", "100% polyamide"], (55.0, 130.0), (1.2, 22.0), FILAMENT, &["lining", "evening"], 4),
    kind("habotai", &["100% silk", "100% polyester"], (30.0, 70.0), (3.0, 16.0), FILAMENT, &["lining", "blouse"], 2),
    kind("ripstop", &["100% polyamide", "100% polyester"], (38.0, 110.0), (1.8, 9.0), FILAMENT, &["outdoor", "jacket"], 3),
    kind("chiffon", &["100% polyester", "100% silk"], (30.0, 75.0), (1.2, 18.0), FILAMENT, &["blouse", "evening"], 5),
    kind("georgette", &["100% polyester", "100% silk", "100% viscose"], (60.0, 130.0), (1.5, 19.0), FILAMENT, &["dress", "blouse"], 5),
    kind("crepe de chine", &["100% silk", "100% polyester", "97% polyester 3% elastane"], (60.0, 120.0), (2.0, 26.0), FILAMENT, &["dress", "blouse"], 5),
    kind("wool crepe", &["100% wool", "96% wool 4% elastane", "54% polyester 44% wool 2% elastane"], (180.0, 320.0), (8.0, 36.0), WOOL, &["dress", "suit"], 3),
    kind("charmeuse", &["100% silk", "94% silk 6% elastane", "100% polyester"], (65.0, 120.0), (2.0, 30.0), FILAMENT, &["slip", "evening"], 4),
    kind("satin", &["100% polyester", "97% polyester 3% elastane", "100% acetate", "100% silk"], (80.0, 210.0), (1.5, 20.0), FILAMENT, &["evening", "bridal"], 7),
    kind("duchesse satin", &["100% polyester", "100% silk"], (150.0, 270.0), (4.0, 45.0), FILAMENT, &["bridal"], 1),
    kind("sateen", &["97% cotton 3% elastane", "100% cotton"], (110.0, 260.0), (3.0, 11.0), SPUN, &["trousers", "dress"], 3),
    kind("jacquard", &["100% polyester", "60% cotton 40% polyester", "70% viscose 30% silk"], (120.0, 320.0), (3.0, 28.0), FILAMENT, &["evening", "jacket"], 3),
    kind("organza", &["100% silk", "100% polyester", "100% polyamide"], (22.0, 60.0), (1.2, 20.0), FILAMENT, &["bridal", "evening"], 3),
    kind("tulle", &["100% polyamide", "100% polyester"], (12.0, 45.0), (0.8, 6.0), FILAMENT, &["bridal"], 2),
    kind("twill", &["100% cotton", "98% cotton 2% elastane", "65% polyester 35% cotton", "100% lyocell"], (150.0, 320.0), (2.5, 10.0), SPUN, &["trousers", "jacket"], 8),
    kind("gabardine", &["100% wool", "100% polyester", "64% polyester 34% viscose 2% elastane"], (190.0, 310.0), (3.0, 28.0), WOOL, &["suit", "coat"], 4),
    kind("herringbone", &["100% wool", "80% wool 20% polyamide"], (240.0, 480.0), (8.0, 34.0), WOOL, &["coat", "jacket"], 2),
    kind("flannel", &["100% wool", "100% cotton", "70% polyester 28% viscose 2% elastane"], (150.0, 340.0), (3.0, 30.0), WOOL, &["suit", "shirt"], 3),
    kind("tweed", &["100% wool", "60% wool 25% acrylic 15% polyamide"], (280.0, 520.0), (8.0, 40.0), WOOL, &["jacket", "coat"], 2),
    kind("melton", &["80% wool 20% polyamide", "100% wool"], (380.0, 680.0), (9.0, 38.0), WOOL, &["coat"], 2),
    kind("tropical suiting", &["100% wool", "55% polyester 45% wool", "98% wool 2% elastane"], (140.0, 220.0), (6.0, 30.0), WOOL, &["suit"], 3),
    kind("surah twill", &["100% silk", "100% viscose", "100% cupro"], (60.0, 130.0), (4.0, 24.0), FILAMENT, &["scarf", "lining"], 2),
    kind("denim", &["100% cotton", "99% cotton 1% elastane", "92% cotton 6% polyester 2% elastane", "80% cotton 20% lyocell"], (180.0, 480.0), (3.0, 14.0), COARSE, &["jeans", "jacket"], 7),
    kind("corduroy", &["100% cotton", "98% cotton 2% elastane"], (190.0, 380.0), (3.5, 12.0), SPUN, &["trousers"], 2),
    kind("velvet", &["100% polyester", "82% viscose 18% silk", "95% polyester 5% elastane"], (180.0, 360.0), (4.0, 40.0), FILAMENT, &["evening"], 2),
    kind("jersey", &["100% cotton", "95% cotton 5% elastane", "95% viscose 5% elastane", "50% cotton 50% modal", "60% cotton 40% polyester"], (120.0, 230.0), (2.0, 9.0), KNIT, &["T-shirt", "dress"], 12),
    kind("interlock", &["100% cotton", "95% cotton 5% elastane", "100% polyester"], (170.0, 270.0), (2.5, 9.0), KNIT, &["T-shirt", "baby"], 4),
    kind("pique", &["100% cotton", "60% cotton 40% polyester"], (170.0, 240.0), (2.5, 8.0), KNIT, &["polo"], 2),
    kind("rib", &["95% cotton 5% elastane", "92% viscose 8% elastane", "100% cotton"], (190.0, 340.0), (2.8, 10.0), KNIT, &["underwear", "top"], 5),
    kind("ponte roma", &["68% viscose 28% polyamide 4% elastane", "65% polyester 32% viscose 3% elastane"], (230.0, 380.0), (3.5, 13.0), KNIT, &["trousers", "dress"], 4),
    kind("french terry", &["100% cotton", "95% cotton 5% elastane", "80% cotton 20% polyester"], (210.0, 340.0), (3.0, 10.0), KNIT, &["sweatshirt"], 5),
    kind("fleece", &["80% cotton 20% polyester", "100% polyester", "60% cotton 40% polyester"], (200.0, 400.0), (2.5, 10.0), KNIT, &["sweatshirt", "outdoor"], 5),
    kind("swim tricot", &["80% polyamide 20% elastane", "82% polyester 18% elastane"], (150.0, 240.0), (4.0, 14.0), FILAMENT, &["swimwear", "sport"], 4),
    kind("scuba", &["95% polyester 5% elastane", "92% polyester 8% elastane"], (260.0, 380.0), (3.5, 10.0), FILAMENT, &["dress", "sport"], 2),
    kind("nappa leather", &["100% leather"], (350.0, 720.0), (28.0, 90.0), &["0.6 mm", "0.8 mm"], &["jacket", "trousers"], 1),
];

pub(super) const SUPPLIERS: [&str; 36] = [
    "Hanil Textile",
    "Dongbang Fabrics",
    "Seorin Mills",
    "Orient Weave",
    "Kumo Orimono",
    "Bishu Wool Works",
    "Tanimoto Knit",
    "Lanificio Ponte Vecchio",
    "Tessitura Brenta",
    "Seteria Lario",
    "Maglificio Adda",
    "Tissages du Rhône",
    "Soieries Croix-Rousse",
    "Filatures de la Lys",
    "Weberei Oberland",
    "Albstadt Strick",
    "Pennine Cloth",
    "Border Tweeds",
    "Lagan Linen",
    "Textil do Ave",
    "Malhas Guimaraes",
    "Teixits Valls",
    "Bursa Dokuma",
    "Denizli Cotton",
    "Anatolia Denim",
    "Ludhiana Knits",
    "Surat Silks",
    "Erode Handloom",
    "Karachi Greige",
    "Dhaka Jersey",
    "Shaoxing Jinhe",
    "Wujiang Filament",
    "Huzhou Silk",
    "Nantong Dyeing",
    "Saigon Weaving",
    "Misr Delta Cotton",
];

pub(super) const FINISHES: [&str; 22] = [
    "washed",
    "brushed",
    "peached",
    "mercerised",
    "enzyme washed",
    "waterproof",
    "water repellent",
    "recycled",
    "organic",
    "printed",
    "yarn dyed",
    "piece dyed",
    "striped",
    "checked",
    "floral",
    "polka dot",
    "crinkled",
    "coated",
    "stretch",
    "soft touch",
    "deadstock",
    "solid",
];

pub(super) const CARE: [&str; 6] = [
    "machine wash 30 °C",
    "machine wash 40 °C",
    "hand wash",
    "dry clean only",
    "do not wash; wipe clean",
    "machine wash cold, line dry",
];
