//! OpenEXR pictures: the scene-linear beauty and what a compositor asks for beside it.
//!
//! One part, scan lines, ZIP. Channels: `R G B A` (half, colours multiplied by alpha),
//! `Z` (float), `N.X N.Y N.Z` and `backward.u backward.v` (half) and the mattes (float).

use super::{
    matte::{self, By, Covered, Object},
    timecode::Timecode,
};
use exr::prelude::{
    AnyChannel, AnyChannels, Blocks, Compression, Encoding, FlatSamples, Image, Layer,
    LayerAttributes, LineOrder, Text, WritableImage,
    attribute::{AttributeValue, Chromaticities, TimeCode},
};
use half::f16;
use std::io::Cursor;

/// What surfaces are where, pixel by pixel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Surfaces {
    /// Number of the object, from one; zero is nothing.
    pub object: Vec<u32>,
    /// Distance from the plane of the lens, m; infinite where there is nothing.
    pub depth: Vec<f32>,
    /// Normal in the world, towards the camera.
    pub normal: Vec<[f32; 3]>,
    /// Where the surface was a frame before, relative to where it is, pixels; right
    /// and up.
    pub motion: Vec<[f32; 2]>,
}

/// What a picture holds.
pub(super) struct Picture<'a> {
    /// Width and height, pixels.
    pub size: (u32, u32),
    /// Scene-linear light, RGBA, multiplied by alpha.
    pub beauty: &'a [f32],
    /// What surfaces are where.
    pub surfaces: &'a Surfaces,
    /// What is seen of which object.
    pub covered: &'a Covered,
    /// The objects.
    pub objects: &'a [Object],
}

/// What a picture says of itself.
pub(super) struct Tags<'a> {
    /// The show's title.
    pub title: &'a str,
    /// The camera.
    pub camera: &'a str,
    /// Frames per second.
    pub fps: u32,
    /// When in the day, if that is told; only rates to 30 can be.
    pub timecode: Option<Timecode>,
}

/// The largest number that half floats hold.
const MOST: f32 = 65_504.0;
/// The most frames a second that an OpenEXR timecode counts.
const MOST_TIMED_FPS: u32 = 30;

/// The bytes of a picture.
///
/// # Errors
/// What the writer says.
pub(super) fn encode(picture: &Picture<'_>, tags: &Tags<'_>) -> Result<Vec<u8>, String> {
    let mut channels = Vec::new();
    let mut half = |name: &str, values: &mut dyn Iterator<Item = f32>| {
        let values = values
            .map(|v| f16::from_f32(v.clamp(-MOST, MOST)))
            .collect();
        channels.push(AnyChannel::new(name, FlatSamples::F16(values)));
    };
    let beauty = picture.beauty.as_chunks::<4>().0;
    for (k, name) in ["R", "G", "B", "A"].into_iter().enumerate() {
        half(name, &mut beauty.iter().map(|pixel| pixel[k]));
    }
    let surfaces = picture.surfaces;
    for (k, name) in ["N.X", "N.Y", "N.Z"].into_iter().enumerate() {
        half(name, &mut surfaces.normal.iter().map(|n| n[k]));
    }
    for (k, name) in ["backward.u", "backward.v"].into_iter().enumerate() {
        half(name, &mut surfaces.motion.iter().map(|m| m[k]));
    }
    channels.push(AnyChannel::new(
        "Z",
        FlatSamples::F32(surfaces.depth.clone()),
    ));
    for by in By::ALL {
        for (name, plane) in picture.covered.channels(by, picture.objects) {
            let samples = FlatSamples::F32(plane);
            channels.push(AnyChannel::new(name.as_str(), samples));
        }
    }
    // The writer trusts that each channel has a value for every pixel.
    let size = (picture.size.0 as usize, picture.size.1 as usize);
    if channels
        .iter()
        .any(|c| c.sample_data.len() != size.0 * size.1)
    {
        return Err("a layer has not as many values as there are pixels".into());
    }
    let encoding = Encoding {
        compression: Compression::ZIP16,
        blocks: Blocks::ScanLines,
        line_order: LineOrder::Increasing,
    };
    let channels = AnyChannels::sort(channels.into());
    let layer = Layer::new(size, attributes(picture.objects, tags), encoding, channels);
    let mut image = Image::from_layer(layer);
    image.attributes.chromaticities = Some(BT709);
    image.attributes.time_code = tags
        .timecode
        .filter(|_| tags.fps <= MOST_TIMED_FPS)
        .map(time_code);
    let mut bytes = Cursor::new(Vec::new());
    let written = image.write().non_parallel().to_buffered(&mut bytes);
    written.map_err(|error| error.to_string())?;
    let mut bytes = bytes.into_inner();
    sort_attributes(&mut bytes).ok_or("its header does not read as one")?;
    Ok(bytes)
}

/// Bytes before the first attribute: magic number and version.
const BEFORE_ATTRIBUTES: usize = 8;

/// Puts the attributes of a header in the order of their names: the writer keeps its
/// own in an order that changes from run to run. Nothing if they cannot be told apart.
fn sort_attributes(bytes: &mut [u8]) -> Option<()> {
    let mut attributes: Vec<&[u8]> = Vec::new();
    let mut rest = bytes.get(BEFORE_ATTRIBUTES..)?;
    let zero = |bytes: &[u8]| bytes.iter().position(|byte| *byte == 0);
    // A name of no letters ends them.
    while *rest.first()? != 0 {
        // Name and type end in zero; then size and value.
        let name = zero(rest)? + 1;
        let size = name + zero(rest.get(name..)?)? + 1;
        let value = rest.get(size..size + 4)?.first_chunk::<4>()?;
        let end = (size + 4).checked_add(u32::from_le_bytes(*value) as usize)?;
        attributes.push(rest.get(..end)?);
        rest = &rest[end..];
    }
    attributes.sort_by_key(|attribute| zero(attribute).map(|end| &attribute[..end]));
    let sorted = attributes.concat();
    bytes
        .get_mut(BEFORE_ATTRIBUTES..BEFORE_ATTRIBUTES + sorted.len())?
        .copy_from_slice(&sorted);
    Some(())
}

/// Primaries and white of ITU-R BT.709.
const BT709: Chromaticities = Chromaticities {
    red: exr::math::Vec2(0.64, 0.33),
    green: exr::math::Vec2(0.30, 0.60),
    blue: exr::math::Vec2(0.15, 0.06),
    white: exr::math::Vec2(0.3127, 0.3290),
};

fn attributes(objects: &[Object], tags: &Tags<'_>) -> LayerAttributes {
    let mut attributes = LayerAttributes {
        frames_per_second: i32::try_from(tags.fps).ok().map(|fps| (fps, 1)),
        software_name: Text::new_or_none(concat!("Toile ", env!("CARGO_PKG_VERSION"))),
        comments: Text::new_or_none(tags.title),
        ..LayerAttributes::default()
    };
    if let (Some(key), Some(camera)) = (Text::new_or_none("camera"), Text::new_or_none(tags.camera))
    {
        attributes.other.insert(key, AttributeValue::Text(camera));
    }
    for by in By::ALL {
        for (key, text) in matte::attributes(by, objects) {
            if let (Some(key), Some(text)) = (Text::new_or_none(key), Text::new_or_none(text)) {
                attributes.other.insert(key, AttributeValue::Text(text));
            }
        }
    }
    attributes
}

fn time_code(code: Timecode) -> TimeCode {
    let [hours, minutes, seconds, frame] = code.parts().map(|part| part as u8);
    TimeCode {
        hours,
        minutes,
        seconds,
        frame,
        drop_frame: false,
        color_frame: false,
        field_phase: false,
        binary_group_flags: [false; 3],
        binary_groups: [0; 8],
    }
}

#[cfg(test)]
mod tests {
    use super::{By, Object, Picture, Surfaces, Tags, Timecode, encode};
    use crate::capture::matte::Coverage;
    use exr::prelude::{ReadChannels, ReadLayers, read};

    fn encoded(size: (u32, u32)) -> Result<Vec<u8>, String> {
        let pixels = 6;
        let beauty: Vec<f32> = (0..pixels * 4).map(|k| k as f32 * 0.25).collect();
        let surfaces = Surfaces {
            object: vec![0, 1, 1, 1, 1, 0],
            depth: vec![f32::INFINITY, 5.01, 5.02, 5.03, 5.04, f32::INFINITY],
            normal: vec![[0.0, 0.6, 0.8]; pixels],
            motion: vec![[1.5, -2.5]; pixels],
        };
        let mut coverage = Coverage::default();
        coverage.expose(&surfaces.object);
        let picture = Picture {
            size,
            beauty: &beauty,
            surfaces: &surfaces,
            covered: &coverage.develop(),
            objects: &[Object {
                part: "dress/front".into(),
                ..Object::default()
            }],
        };
        let tags = Tags {
            title: "A show",
            camera: "pit",
            fps: 24,
            timecode: Timecode::parse("10:00:00:05", 24).ok(),
        };
        encode(&picture, &tags)
    }

    #[test]
    fn a_picture_reads_back_with_its_layers() {
        let image = read()
            .no_deep_data()
            .largest_resolution_level()
            .all_channels()
            .first_valid_layer()
            .all_attributes()
            .from_buffered(std::io::Cursor::new(encoded((3, 2)).unwrap()))
            .unwrap();
        let list = &image.layer_data.channel_data.list;
        let names: Vec<String> = list.iter().map(|c| c.name.to_string()).collect();
        let mattes = By::ALL.map(|by| format!("{}00.R", by.layer()));
        for name in ["R", "G", "B", "A", "Z", "N.X", "backward.v"]
            .into_iter()
            .chain(mattes.iter().map(String::as_str))
        {
            assert!(names.iter().any(|n| n == name), "{name}: {names:?}");
        }
        let channel = |name: &str| -> Vec<f32> {
            let found = list.iter().find(|c| c.name.eq(name)).unwrap();
            found.sample_data.values_as_f32().collect()
        };
        assert_eq!(channel("G"), [0.25, 1.25, 2.25, 3.25, 4.25, 5.25]);
        assert_eq!(channel("Z")[1], 5.01, "depth is not rounded to half");
        assert!(channel("Z")[0].is_infinite());
        assert_eq!(channel("backward.v"), [-2.5; 6]);
        assert_eq!(channel("CryptoPart00.G"), [0.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
        let code = image.attributes.time_code.unwrap();
        assert_eq!((code.hours, code.frame), (10, 5));
        let texts: Vec<String> = (image.layer_data.attributes.other.keys())
            .map(ToString::to_string)
            .collect();
        let manifests = texts
            .iter()
            .filter(|key| key.ends_with("/manifest"))
            .count();
        assert_eq!(manifests, 3, "{texts:?}");
    }

    #[test]
    fn the_same_picture_is_the_same_bytes() {
        let once = encoded((3, 2)).unwrap();
        for _ in 0..10 {
            assert!(encoded((3, 2)).unwrap() == once);
        }
    }

    #[test]
    fn what_is_no_header_is_not_sorted() {
        let whole = encoded((3, 2)).unwrap();
        for end in 0..200 {
            let mut part = whole[..end].to_vec();
            assert_eq!(super::sort_attributes(&mut part), None, "{end} bytes");
            assert_eq!(part, whole[..end]);
        }
    }

    #[test]
    fn a_layer_of_another_size_is_refused() {
        assert!(encoded((2, 2)).unwrap_err().contains("as many values"));
    }
}
