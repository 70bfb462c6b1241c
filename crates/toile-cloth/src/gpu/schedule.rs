//! The dispatches of a frame: their order, their encoding, and their timing.

use glam::Mat4;

use crate::cpu;
use crate::error::ClothError;
use crate::gpu::pipelines::ClothPipelines;
use crate::gpu::sim::{ClothSim, PAIRS_EVERY, SEARCH_EVERY, STEP_STRIDE};
use crate::model::StepPlan;

/// How often what the guard held back is tried again in a substep.
const GUARD_ROUNDS: usize = 3;

/// Most threads that share the pairs of cloth: enough to fill a large GPU; a
/// processor that plays one only pays for those that have nothing to do. Those of
/// tangles are few.
const PAIR_THREADS: u32 = 1 << 14;
const PAIR_THREADS_CPU: u32 = 1 << 11;
const TANGLE_THREADS: u32 = 256;

/// One dispatch of a frame.
pub(crate) struct Launch<'p> {
    name: &'static str,
    pipeline: &'p wgpu::ComputePipeline,
    bindings: Bindings,
    groups: u32,
}

/// Which bind group a dispatch uses.
#[derive(Clone, Copy)]
enum Bindings {
    /// The main one, with the numbers of this substep.
    Step(u32),
    /// Skinning to the start (0) or the end (1) of the frame.
    Skin(usize),
    Normals,
}

impl ClothSim {
    /// Submits dispatches as one pass. Does not wait.
    pub(crate) fn submit(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        launches: &[Launch<'_>],
    ) {
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor {
            label: Some("cloth"),
        });
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
                label: Some("cloth"),
                timestamp_writes: None,
            });
            for launch in launches {
                self.encode(&mut pass, launch);
            }
        }
        queue.submit([encoder.finish()]);
    }

    pub(super) fn encode(&self, pass: &mut wgpu::ComputePass<'_>, launch: &Launch<'_>) {
        match launch.bindings {
            Bindings::Step(k) => {
                let offset = (u64::from(k) * STEP_STRIDE) as u32;
                pass.set_bind_group(0, &self.main_group, &[offset]);
            }
            Bindings::Skin(end) => {
                if let Some(groups) = &self.skin_groups {
                    pass.set_bind_group(0, &groups[end], &[]);
                }
            }
            Bindings::Normals => pass.set_bind_group(0, &self.normals_group, &[]),
        }
        pass.set_pipeline(launch.pipeline);
        pass.dispatch_workgroups(launch.groups, 1, 1);
    }

    /// The dispatch that computes vertex normals.
    pub(crate) fn normals<'p>(&self, p: &'p ClothPipelines) -> Launch<'p> {
        Launch {
            name: "normals",
            pipeline: &p.normals,
            bindings: Bindings::Normals,
            groups: self.packed.layout.n.div_ceil(64),
        }
    }

    /// The dispatches that put the tree of boxes to where the cloth is now.
    pub(crate) fn tree_now<'p>(&self, p: &'p ClothPipelines) -> [Launch<'p>; 3] {
        let l = self.packed.layout;
        [
            ("boxes_now", &p.boxes_now, l.n.div_ceil(64)),
            ("refit_low", &p.refit_low, l.lows.div_ceil(64)),
            ("refit_top", &p.refit_top, 1),
        ]
        .map(|(name, pipeline, groups)| Launch {
            name,
            pipeline,
            bindings: Bindings::Step(0),
            groups,
        })
    }

    /// Every dispatch of a frame, in order.
    pub(crate) fn schedule<'p>(&self, p: &'p ClothPipelines, plan: &StepPlan) -> Vec<Launch<'p>> {
        let l = self.packed.layout;
        let mut out = Vec::new();
        let mut run = |name, pipeline, bindings, threads: u32| {
            out.push(Launch {
                name,
                pipeline,
                bindings,
                groups: threads.div_ceil(64),
            });
        };
        let gridded = self.body.grid_count > 0;
        if self.skin_groups.is_some() {
            for end in 0..2 {
                run("skin", &p.skin, Bindings::Skin(end), l.nb);
            }
        }
        let pairs = (8 * l.n).min(if p.on_cpu {
            PAIR_THREADS_CPU
        } else {
            PAIR_THREADS
        });
        if plan.self_contact {
            let at = Bindings::Step(0);
            run("untangle_start", &p.untangle_start, at, l.n);
            run("refit_low", &p.refit_low, at, l.lows);
            run("refit_top", &p.refit_top, at, 1);
            run("find_crossings", &p.find_crossings, at, l.ne_tri);
            run("untangle_clear", &p.untangle_clear, at, l.n);
            run("tangles", &p.tangles, at, l.n);
        }
        for k in 0..plan.substeps {
            let at = Bindings::Step(k);
            if gridded || self.body.count > 0 {
                run("pose", &p.pose, at, l.nb.max(l.table));
            }
            run("predict", &p.predict, at, l.n.max(l.nb_grid));
            if gridded && k % SEARCH_EVERY == 0 {
                run("scan", &p.scan, at, 64);
                run("scatter", &p.scatter, at, l.nb_grid);
                if k == 0 {
                    run("room", &p.room, at, l.nb_grid);
                }
            }
            run("elements", &p.elements, at, l.nt.max(l.nh));
            run("contact", &p.contact, at, l.n);
            if plan.self_contact {
                run("touch_points", &p.touch_points, at, pairs);
                run("touch_edges", &p.touch_edges, at, pairs);
            }
            run("assemble", &p.assemble, at, l.ne.max(l.nt));
            run("gather", &p.gather, at, l.n);
            if l.nc > 0 {
                run("coarsen", &p.coarsen, at, l.nblock);
            }
            for _ in 0..plan.iterations {
                if l.nc > 0 {
                    run("coarse", &p.coarse, at, 1);
                }
                run("multiply", &p.multiply, at, l.n);
                run("update", &p.update, at, l.n);
            }
            run("finish", &p.finish, at, l.n);
            if self.body.grid_count > 0 && k + 1 == plan.substeps {
                run("project", &p.project, Bindings::Step(plan.substeps), l.n);
            }
            if plan.self_contact {
                run("aim", &p.aim, at, l.n);
                if k % PAIRS_EVERY == 0 {
                    run("boxes", &p.boxes, at, l.n);
                    run("refit_low", &p.refit_low, at, l.lows);
                    run("refit_top", &p.refit_top, at, 1);
                    run("find_points", &p.find_points, at, l.n);
                    run("find_edges", &p.find_edges, at, l.ne_tri);
                }
                run("slide_points", &p.slide_points, at, pairs);
                run("slide_edges", &p.slide_edges, at, pairs);
                run("fence", &p.fence, at, l.n);
                run("guard_points", &p.guard_points, at, pairs);
                run("guard_edges", &p.guard_edges, at, pairs);
                for round in 0..cpu::guard::ROUNDS {
                    run("agree", &p.agree, at, l.n);
                    if round < cpu::guard::SOFT_ROUNDS {
                        run("check", &p.check, at, l.n.min(1024));
                    } else {
                        run("settle", &p.settle, at, l.n.min(1024));
                    }
                }
                run("agree", &p.agree, at, l.n);
                run("verify", &p.verify, at, l.n.min(1024));
                run("commit", &p.commit, at, l.n);
                for _ in 0..GUARD_ROUNDS {
                    run("again", &p.again, at, l.n.min(1024));
                    run("commit_more", &p.commit_more, at, l.n);
                }
                run("draw", &p.draw, at, l.n);
                run("guard_points", &p.guard_points, at, TANGLE_THREADS);
                run("guard_edges", &p.guard_edges, at, TANGLE_THREADS);
                run("commit_drawn", &p.commit_drawn, at, l.n);
            }
        }
        run("marks", &p.marks, Bindings::Step(plan.substeps), l.n);
        out.push(self.normals(p));
        out
    }

    /// Like [`Self::step`], but waits for every kernel in turn and tells how
    /// long each took in all: kernel, launches, wall time in ms, the time of an
    /// empty submission taken off. For benches; a frame takes far longer so.
    ///
    /// # Errors
    /// As [`Self::step`], and [`ClothError::Readback`] when the device is lost.
    pub fn profile(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        pipelines: &ClothPipelines,
        plan: &StepPlan,
        joints_start: &[Mat4],
        joints_end: &[Mat4],
    ) -> Result<Vec<(&'static str, u32, f64)>, ClothError> {
        self.upload(queue, plan, joints_start, joints_end)?;
        let timed = |launches: &[Launch<'_>]| -> Result<f64, ClothError> {
            let start = std::time::Instant::now();
            self.submit(device, queue, launches);
            device
                .poll(wgpu::PollType::wait_indefinitely())
                .map_err(|e| ClothError::Readback {
                    what: "profile",
                    reason: e.to_string(),
                })?;
            Ok(start.elapsed().as_secs_f64() * 1e3)
        };
        let mut empty = f64::INFINITY;
        for _ in 0..8 {
            empty = empty.min(timed(&[])?);
        }
        let mut out: Vec<(&'static str, u32, f64)> = Vec::new();
        for launch in self.schedule(pipelines, plan) {
            let name = launch.name;
            let ms = (timed(&[launch])? - empty).max(0.0);
            match out.iter_mut().find(|(other, ..)| *other == name) {
                Some((_, count, sum)) => {
                    *count += 1;
                    *sum += ms;
                }
                None => out.push((name, 1, ms)),
            }
        }
        Ok(out)
    }
}
