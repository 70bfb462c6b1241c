//! Looks are drafted, sewn and choreographed away from the window: on a thread
//! of their own, with a device of their own, so that frames go on meanwhile.

use super::{Report, StageError};
use crate::{
    bake::Shelf,
    production::CastLook,
    tailor::{Drafted, FittedLook},
    wardrobe::Gpu,
};
use std::{
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
};
use toile_cloth::{AdapterSummary, ClothPipelines};
use toile_show::Show;

/// What the workroom is asked to do: find or make what a look needs (slow as
/// that may be) and give it to be sewn. The error is a sentence for people.
pub type Order = Box<dyn FnOnce() -> Result<(CastLook, Show), String> + Send>;

/// What the workroom tells.
pub enum News {
    /// It is at work on an order.
    Progress {
        /// What it is doing.
        phase: String,
        /// Steps done.
        done: u64,
        /// Steps in all.
        of: u64,
    },
    /// A look is ready for the stage.
    Fitted(Box<FittedLook>),
    /// An order came to nothing.
    Failed(StageError),
}

/// The workroom; it finishes the look in hand before it closes.
pub struct Workroom {
    orders: Option<Sender<Order>>,
    news: Mutex<Receiver<News>>,
    thread: Option<JoinHandle<()>>,
}

impl Workroom {
    /// Opens a workroom. Its device is opened with the first order. A look whose
    /// bake is on the `shelf` is taken from there.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open(shelf: Option<Shelf>) -> Result<Self, StageError> {
        let (orders, to_do) = channel();
        let (teller, news) = channel();
        let thread = std::thread::Builder::new()
            .name("workroom".into())
            .spawn(move || work(&to_do, &teller, shelf.as_ref()))
            .map_err(|error| StageError::Load(format!("cannot start a thread: {error}")))?;
        Ok(Self {
            orders: Some(orders),
            news: Mutex::new(news),
            thread: Some(thread),
        })
    }

    /// Takes an order; orders are done one after the other.
    pub fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // A workroom that has gone away is noticed by `news`.
            let _ = orders.send(order);
        }
    }

    /// What has happened since the last question, if anything; progress that
    /// was overtaken is left out.
    ///
    /// # Errors
    /// The thread ended by itself, which is a mistake of the program.
    pub fn news(&mut self) -> Result<Option<News>, StageError> {
        let news = self.news.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut latest = None;
        loop {
            match news.try_recv() {
                Ok(progress @ News::Progress { .. }) => latest = Some(progress),
                Ok(other) => return Ok(Some(other)),
                Err(std::sync::mpsc::TryRecvError::Empty) => return Ok(latest),
                Err(std::sync::mpsc::TryRecvError::Disconnected) => {
                    return Err(StageError::Load(
                        "the workroom stopped; the message above names the reason".into(),
                    ));
                }
            }
        }
    }
}

impl Drop for Workroom {
    /// Waits for the look in hand: a driver that is unloaded while a thread
    /// uses it takes the program down.
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(to_do: &Receiver<Order>, teller: &Sender<News>, shelf: Option<&Shelf>) {
    let mut bench: Option<Bench> = None;
    // Orders end when the workroom is dropped, and nobody hears news then.
    while let Ok(order) = to_do.recv() {
        let mut progress = |phase: &str, done, of| {
            let phase = phase.to_owned();
            let _ = teller.send(News::Progress { phase, done, of });
        };
        let news = match carry_out(order, &mut bench, shelf, &mut progress) {
            Ok(fitted) => News::Fitted(Box::new(fitted)),
            Err(error) => News::Failed(error),
        };
        if teller.send(news).is_err() {
            return;
        }
    }
}

/// The workroom's own device and kernels.
struct Bench {
    device: wgpu::Device,
    queue: wgpu::Queue,
    kernels: ClothPipelines,
    adapter: AdapterSummary,
}

fn carry_out(
    order: Order,
    bench: &mut Option<Bench>,
    shelf: Option<&Shelf>,
    progress: Report<'_>,
) -> Result<FittedLook, StageError> {
    progress("measuring", 0, 1);
    let (cast, show) = order().map_err(StageError::Load)?;
    let bench = match bench {
        Some(open) => open,
        None => {
            let (device, queue, adapter) = toile_cloth::request_device()?;
            let kernels = ClothPipelines::new(&device)?;
            bench.insert(Bench {
                device,
                queue,
                kernels,
                adapter,
            })
        }
    };
    let gpu = Gpu {
        device: &bench.device,
        queue: &bench.queue,
        kernels: &bench.kernels,
    };
    let phase = format!("sewing for {}", cast.cast.twin.name);
    let drafted = Drafted::new(cast, &show)?;
    let fitted = drafted.fit(shelf, &bench.adapter, gpu, |done, of, _| {
        progress(&phase, u64::from(done), u64::from(of));
    })?;
    Ok(fitted)
}
