//! Fields of a record that a supplier's column can fill.

use crate::units::Kind;

/// Fields that a column can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Identity.
    Id,
    /// Name.
    Name,
    /// Supplier.
    Supplier,
    /// The supplier's number.
    Code,
    /// Page.
    Url,
    /// Fibres.
    Composition,
    /// Weave or knit in words.
    Structure,
    /// Yarn count.
    Yarn,
    /// Threads along the warp.
    CountWarp,
    /// Threads along the weft.
    CountWeft,
    /// Width.
    Width,
    /// Mass per area.
    Weight,
    /// Thickness.
    Thickness,
    /// Price.
    Price,
    /// Currency.
    Currency,
    /// Least length sold.
    Minimum,
    /// Colours.
    Colours,
    /// Care.
    Care,
    /// Tags.
    Tags,
    /// Bending stiffness along the warp.
    BendingWarp,
    /// Bending stiffness along the weft.
    BendingWeft,
    /// Bending stiffness at 45°.
    BendingBias,
    /// Stiffness along the warp.
    C11,
    /// Coupling.
    C12,
    /// Stiffness along the weft.
    C22,
    /// Shear entry of the membrane tensor, twice the shear modulus; a column named
    /// "shear" may be either, so that no heading is guessed for it.
    C33,
    /// Extension along the warp under a load, a straight line up to it.
    ExtensionWarp,
    /// Extension along the weft under a load.
    ExtensionWeft,
    /// Extension at 45° under a load, taken for pure shear.
    ExtensionBias,
    /// Shear modulus, or the one along the warp.
    Shear,
    /// Shear modulus along the weft; the mean of both counts.
    ShearWeft,
    /// Bending length along the warp.
    BendingLengthWarp,
    /// Bending length along the weft.
    BendingLengthWeft,
    /// Friction.
    Friction,
    /// Where the numbers are from: `measured` or `vendor`.
    Origin,
    /// Method or citation of the mechanics.
    Source,
}

use Field as F;

/// Fields, the name they have in a map, their kind of quantity, and how suppliers
/// head such a column (lower case, words apart by a blank).
#[rustfmt::skip]
pub(crate) const FIELDS: [(Field, &str, Option<Kind>, &[&str]); 36] = [
    (F::Id, "id", None, &["uid", "uuid", "fabric id", "product id", "sku"]),
    (F::Name, "name", None, &["title", "fabric", "fabric name", "product", "product name", "article name", "description", "item name", "bezeichnung"]),
    (F::Supplier, "supplier", None, &["vendor", "mill", "manufacturer", "maker", "brand", "company", "lieferant"]),
    (F::Code, "code", None, &["article", "article no", "article number", "art", "art no", "art nr", "artikelnummer", "item", "item no", "item code", "supplier code", "style", "style no", "ref", "reference", "quality", "quality no", "artikel"]),
    (F::Url, "url", None, &["link", "page", "website", "product url"]),
    (F::Composition, "composition", None, &["content", "fibre", "fiber", "fibres", "fibers", "fiber content", "fibre content", "material", "materials", "contents", "zusammensetzung"]),
    (F::Structure, "structure", None, &["construction", "weave", "knit", "type", "fabric type", "weave type", "category", "pattern", "bindung"]),
    (F::Yarn, "yarn", None, &["yarn count", "yarn size", "yarn no"]),
    (F::CountWarp, "count_warp", Some(Kind::Count), &["epi", "ends", "ends per cm", "ends per inch", "warp density", "warp count", "wales"]),
    (F::CountWeft, "count_weft", Some(Kind::Count), &["ppi", "picks", "picks per cm", "picks per inch", "weft density", "weft count", "courses"]),
    (F::Width, "width", Some(Kind::Length), &["fabric width", "cuttable width", "usable width", "breite"]),
    (F::Weight, "weight", Some(Kind::AreaDensity), &["gsm", "mass", "area density", "areal density", "density", "fabric weight", "grammage", "gewicht"]),
    (F::Thickness, "thickness", Some(Kind::Thickness), &["caliper", "dicke"]),
    (F::Price, "price", Some(Kind::Price), &["unit price", "cost", "price per metre", "price per meter", "price per yard", "preis"]),
    (F::Currency, "currency", None, &["cur", "ccy"]),
    (F::Minimum, "minimum", Some(Kind::Order), &["moq", "min order", "minimum order", "minimum order quantity", "min qty", "min order qty"]),
    (F::Colours, "colours", None, &["colour", "color", "colors", "colourway", "colorway", "colorways", "shade", "farbe", "hex"]),
    (F::Care, "care", None, &["care instructions", "washing", "wash", "pflege"]),
    (F::Tags, "tags", None, &["keywords", "use", "uses", "end use", "finish", "features", "labels"]),
    (F::BendingWarp, "bending_warp", Some(Kind::Bending), &["bending stiffness warp", "bending rigidity warp", "b warp", "bend warp", "b1"]),
    (F::BendingWeft, "bending_weft", Some(Kind::Bending), &["bending stiffness weft", "bending rigidity weft", "b weft", "bend weft", "b2"]),
    (F::BendingBias, "bending_bias", Some(Kind::Bending), &["bending stiffness bias", "bending rigidity bias", "b bias", "bend bias"]),
    (F::C11, "c11", Some(Kind::Stiffness), &["tensile stiffness warp"]),
    (F::C12, "c12", Some(Kind::Stiffness), &[]),
    (F::C22, "c22", Some(Kind::Stiffness), &["tensile stiffness weft"]),
    (F::C33, "c33", Some(Kind::Stiffness), &[]),
    (F::ExtensionWarp, "extension_warp", Some(Kind::Extension), &[]),
    (F::ExtensionWeft, "extension_weft", Some(Kind::Extension), &[]),
    (F::ExtensionBias, "extension_bias", Some(Kind::Extension), &[]),
    (F::Shear, "shear", Some(Kind::Shear), &["shear modulus"]),
    (F::ShearWeft, "shear_weft", Some(Kind::Shear), &[]),
    (F::BendingLengthWarp, "bending_length_warp", Some(Kind::Length), &["bending length warp"]),
    (F::BendingLengthWeft, "bending_length_weft", Some(Kind::Length), &["bending length weft"]),
    (F::Friction, "friction", Some(Kind::Plain), &["friction coefficient", "mu"]),
    (F::Origin, "origin", None, &["physics origin"]),
    (F::Source, "source", None, &["method", "physics source", "citation"]),
];

impl Field {
    /// Its name in a map.
    #[must_use]
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|f| f.0 == self).map_or("", |f| f.1)
    }

    /// Its kind of quantity; none for a text.
    #[must_use]
    pub fn kind(self) -> Option<Kind> {
        FIELDS.iter().find(|f| f.0 == self).and_then(|f| f.2)
    }

    /// The field of this name in a map.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        FIELDS.iter().find(|f| f.1 == name).map(|f| f.0)
    }
}
