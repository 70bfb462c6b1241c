//! What a capture writes: which views, in which formats, under which names.

use super::{
    movie::Codec,
    name::{Name, Template},
    picture::{Alpha, Depth},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use toile_show::{Show, format::PROGRAMME};

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// H.264 movie with sound, 8 bits
    Mp4,
    /// H.265 movie with sound, 10 bits
    H265,
    /// ProRes 4444 movie with sound, 10 bits, with alpha in a clean feed
    #[value(name = "prores")]
    ProRes,
    /// Numbered PNG files, 8 bits
    Png,
    /// Numbered PNG files, 16 bits
    Png16,
    /// Numbered OpenEXR files: scene-linear beauty, depth, normals, motion, mattes
    Exr,
    /// The music alone, 48 kHz and 24 bits
    Wav,
}

/// What is seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Feed {
    /// Everything
    #[default]
    Full,
    /// Twins and what they wear, lit by the show, over nothing
    Clean,
}

/// One look at the stage; everything that is written of it shares its rendering.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct View {
    /// The camera that is held; the cuts are followed without.
    pub camera: Option<String>,
    /// What is seen.
    pub feed: Feed,
}

/// One movie, or one sequence of pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Which of the views.
    pub view: usize,
    /// The kind of file.
    pub format: Format,
    /// Its name or names, relative to the folder.
    pub name: Name,
}

/// All that a capture writes; by default nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The views.
    pub views: Vec<View>,
    /// Stem of the edit lists of each view.
    pub stems: Vec<String>,
    /// What is written of them.
    pub outputs: Vec<Output>,
    /// The name of the sound, if it is written.
    pub sound: Option<PathBuf>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The show's name, as files have it.
    pub stem: String,
    /// Cameras to hold, or [`PROGRAMME`]; none follows the cuts.
    pub cameras: Vec<String>,
    /// What is seen.
    pub feeds: Vec<Feed>,
    /// Kinds of files.
    pub formats: Vec<Format>,
    /// A template for names.
    pub name: Option<String>,
}

impl Format {
    /// How a movie is encoded; nothing for what is no movie.
    #[must_use]
    pub fn codec(self, feed: Feed) -> Option<Codec> {
        match self {
            Self::Mp4 => Some(Codec::H264),
            Self::H265 => Some(Codec::H265),
            Self::ProRes => Some(Codec::ProRes(feed.alpha())),
            Self::Png | Self::Png16 | Self::Exr | Self::Wav => None,
        }
    }

    /// Bits of a PNG; nothing for anything else.
    #[must_use]
    pub fn png(self) -> Option<Depth> {
        match self {
            Self::Png => Some(Depth::Eight),
            Self::Png16 => Some(Depth::Sixteen),
            _ => None,
        }
    }

    /// Whether it is a file for every frame.
    #[must_use]
    pub fn is_pictures(self) -> bool {
        matches!(self, Self::Png | Self::Png16 | Self::Exr)
    }

    /// As it is asked for.
    #[must_use]
    pub fn asked(self) -> String {
        clap::ValueEnum::to_possible_value(&self)
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    fn end(self) -> &'static str {
        match self {
            Self::Mp4 | Self::H265 => "mp4",
            Self::ProRes => "mov",
            Self::Png | Self::Png16 => "png",
            Self::Exr => "exr",
            Self::Wav => "wav",
        }
    }
}

impl Feed {
    /// What becomes of alpha in files that can hold it.
    #[must_use]
    pub fn alpha(self) -> Alpha {
        match self {
            Self::Full => Alpha::Flat,
            Self::Clean => Alpha::Straight,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Clean => "clean",
        }
    }
}

impl View {
    /// The camera's name, or [`PROGRAMME`].
    #[must_use]
    pub fn camera_name(&self) -> &str {
        self.camera.as_deref().unwrap_or(PROGRAMME)
    }
}

impl Plan {
    /// One view that follows the cuts, of which nothing is written.
    #[must_use]
    pub fn stills() -> Self {
        Self {
            views: vec![View::default()],
            ..Self::default()
        }
    }

    /// What a wish comes to.
    ///
    /// # Errors
    /// A sentence naming the option that does not fit.
    pub fn new(wish: &Wish, show: &Show, size: (u32, u32), fps: u32) -> Result<Self, String> {
        let views = views(wish, show)?;
        let mut plan = Self {
            stems: Vec::new(),
            outputs: Vec::new(),
            sound: None,
            views,
        };
        let template = wish.name.as_deref().map(Template::parse).transpose()?;
        for (view, seen) in plan.views.iter().enumerate() {
            let value = |format: Option<Format>| {
                move |token: &str| match token {
                    "show" => wish.stem.clone(),
                    "camera" => seen.camera_name().to_owned(),
                    "feed" => seen.feed.name().to_owned(),
                    "format" => format.map(Format::asked).unwrap_or_default(),
                    "size" => format!("{}x{}", size.0, size.1),
                    "fps" => fps.to_string(),
                    _ => String::new(),
                }
            };
            let aside = aside(&plan.views, seen);
            let own = format!("{{show}}{aside}");
            for &format in &wish.formats {
                let default = match format {
                    Format::H265 => format!("{own}.h265"),
                    Format::Png => format!("frames{aside}/frame_{{frame}}"),
                    Format::Png16 => format!("frames16{aside}/frame_{{frame}}"),
                    Format::Exr => format!("exr{aside}/frame_{{frame}}"),
                    Format::Mp4 | Format::ProRes => own.clone(),
                    // The same for all.
                    Format::Wav => "{show}".to_owned(),
                };
                let template = match &template {
                    Some(template) => template.clone(),
                    None => Template::parse(&default)?,
                };
                let value = value(Some(format));
                if format == Format::Wav {
                    let name = template.whole(value, format.end())?;
                    plan.sound.get_or_insert(name.path(0, 0));
                    continue;
                }
                let name = if format.is_pictures() {
                    template.each(value, format.end())
                } else {
                    template.whole(value, format.end())?
                };
                plan.outputs.push(Output { view, format, name });
            }
            // Lists lie beside everything and are named after the view.
            let stem = Template::parse(&own)?.whole(value(None), "")?;
            let stem = stem.path(0, 0).to_string_lossy().into_owned();
            plan.stems.push(stem.trim_end_matches('.').to_owned());
        }
        plan.names_differ()?;
        Ok(plan)
    }

    /// Whether a frame is a file of its own in all that is written, but for the sound.
    #[must_use]
    pub fn only_pictures(&self) -> bool {
        self.outputs
            .iter()
            .all(|output| output.format.is_pictures())
    }

    /// Whether it is counted for how long twins are to be seen: not in stills.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.outputs.is_empty()
    }

    /// Whether something of a view needs what surfaces are where.
    #[must_use]
    pub fn wants_layers(&self, view: usize) -> bool {
        self.outputs
            .iter()
            .any(|output| output.view == view && output.format == Format::Exr)
    }

    /// Encoders that are needed, with the formats that need them.
    #[must_use]
    pub fn codecs(&self) -> Vec<(Codec, String)> {
        self.outputs
            .iter()
            .filter_map(|output| {
                let codec = output.format.codec(self.views[output.view].feed)?;
                Some((codec, output.format.asked()))
            })
            .collect()
    }

    fn names_differ(&self) -> Result<(), String> {
        let mut taken: BTreeMap<PathBuf, &Output> = BTreeMap::new();
        for output in &self.outputs {
            let path = output.name.path(0, 0);
            if let Some(other) = taken.insert(path.clone(), output) {
                let told = |o: &Output| {
                    let view = &self.views[o.view];
                    let (camera, feed) = (view.camera_name(), view.feed.name());
                    format!("{} of {camera}, {feed}", o.format.asked())
                };
                return Err(format!(
                    "--name: {} and {} would both be {}; tell them apart with {{camera}}, \
                     {{feed}} or {{format}}",
                    told(other),
                    told(output),
                    path.display()
                ));
            }
        }
        Ok(())
    }
}

/// The views of a wish, each once.
fn views(wish: &Wish, show: &Show) -> Result<Vec<View>, String> {
    let mut cameras = Vec::new();
    for name in &wish.cameras {
        let camera = match show.camera(name) {
            Some(_) => Some(name.clone()),
            None if name == PROGRAMME => None,
            None => {
                let known: Vec<&str> = show.cameras.iter().map(|c| c.name.as_str()).collect();
                return Err(format!(
                    "--camera {name}: the show has no such camera; use some of: {}, or \
                     {PROGRAMME} for the cuts",
                    known.join(", ")
                ));
            }
        };
        cameras.push(camera);
    }
    if cameras.is_empty() {
        cameras.push(None);
    }
    let mut views = Vec::new();
    for camera in cameras {
        for &feed in &wish.feeds {
            let view = View {
                camera: camera.clone(),
                feed,
            };
            if !views.contains(&view) {
                views.push(view);
            }
        }
    }
    Ok(views)
}

/// What tells the files of a view from those of the others.
fn aside(views: &[View], view: &View) -> String {
    let mut text = String::new();
    if views.iter().any(|other| other.camera != view.camera) {
        // Names of cameras may hold what names of files may not.
        let safe = |c: char| if "{}/\\".contains(c) { '-' } else { c };
        text.push('-');
        text.extend(view.camera_name().chars().map(safe));
    }
    if view.feed == Feed::Clean {
        text += "-clean";
    }
    text
}

/// A path below a folder, as edit lists write it.
#[must_use]
pub(super) fn as_url(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::{Feed, Format, Plan, View, Wish, as_url};
    use toile_show::Show;

    fn wish() -> Wish {
        Wish {
            stem: "gala".into(),
            cameras: Vec::new(),
            feeds: vec![Feed::Full],
            formats: vec![Format::Mp4],
            name: None,
        }
    }

    fn plan(wish: &Wish) -> Result<Plan, String> {
        let text = include_str!("../../scenes/first-show.ron");
        let show = Show::from_ron(text, "first-show.ron").unwrap();
        Plan::new(wish, &show, (960, 540), 24)
    }

    fn paths(wish: &Wish) -> Vec<String> {
        let plan = plan(wish).unwrap();
        let paths = plan.outputs.iter().map(|o| as_url(&o.name.path(7, 2)));
        paths
            .chain(plan.sound.iter().map(|path| as_url(path)))
            .collect()
    }

    #[test]
    fn a_plain_capture_is_one_movie_of_the_cuts() {
        assert_eq!(paths(&wish()), ["gala.mp4"]);
        assert_eq!(plan(&wish()).unwrap().views, [View::default()]);
        assert_eq!(plan(&wish()).unwrap().stems, ["gala"]);
    }

    #[test]
    fn every_view_is_written_in_every_format_under_a_name_of_its_own() {
        let wish = Wish {
            cameras: vec!["programme".into(), "pit".into(), "pit".into()],
            feeds: vec![Feed::Full, Feed::Clean],
            formats: vec![Format::Mp4, Format::H265, Format::Png, Format::Wav],
            ..wish()
        };
        let plan = plan(&wish).unwrap();
        assert_eq!(plan.views.len(), 4, "each once");
        let all = paths(&wish);
        assert_eq!(all.len(), 13);
        for path in [
            "gala-programme.mp4",
            "gala-pit-clean.h265.mp4",
            "frames-pit/frame_000007.png",
            "gala.wav",
        ] {
            assert!(all.iter().any(|p| p == path), "{path}: {all:?}");
        }
        assert_eq!(plan.stems[3], "gala-pit-clean");
    }

    #[test]
    fn names_follow_a_template() {
        let wish = Wish {
            formats: vec![Format::ProRes, Format::Exr],
            name: Some("{show}_{camera}/{feed}_{size}_{fps}.{frame}".into()),
            ..wish()
        };
        assert_eq!(
            paths(&wish),
            [
                "gala_programme/full_960x540_24.mov",
                "gala_programme/full_960x540_24.000007.exr"
            ]
        );
    }

    #[test]
    fn files_that_would_be_the_same_are_refused() {
        let wish = Wish {
            formats: vec![Format::Mp4, Format::H265],
            name: Some("{show}".into()),
            ..wish()
        };
        let said = plan(&wish).unwrap_err();
        assert!(
            said.contains("gala.mp4") && said.contains("{format}"),
            "{said}"
        );
    }

    #[test]
    fn an_unknown_camera_lists_the_known_ones() {
        let wish = Wish {
            cameras: vec!["roof".into()],
            ..wish()
        };
        let said = plan(&wish).unwrap_err();
        assert!(
            said.contains("roof") && said.contains("pit, medium"),
            "{said}"
        );
    }
}
