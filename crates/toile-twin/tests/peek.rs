mod common;
use common::*;
use toile_twin::*;
#[test]
fn peek() {
    let avatar = box_person(Shape {
        height: 1.76,
        heel: 0.07,
    });
    let p = Performance::new(
        &avatar,
        &plain_twin(GaitStyle::runway()),
        &PerformancePlan::default(),
    )
    .unwrap();
    let f = |n| avatar.skeleton.find(n).unwrap();
    let mut last = 0.0;
    for k in 0..480 {
        let t = 2.9 + k as f64 * 0.025;
        let pose = p.pose(t);
        let w = joint_world(&avatar.skeleton, &pose);
        let h = w[0].w_axis.z;
        let v = (h - last) / 0.025;
        last = h;
        let knee = |n| (pose.local[f(n)].to_axis_angle().1.to_degrees());
        println!(
            "{t:.3} {:?} root {:.3} v {v:.3} hips {:+.3} off {:+.3} {:+.3} {:+.3} knees {:.1} {:.1} ankle L {:.3} {:.3} R {:.3} {:.3} head {:.3}",
            p.phase(t),
            pose.root.z,
            w[0].w_axis.y,
            pose.hips_offset.x,
            pose.hips_offset.y,
            pose.hips_offset.z,
            knee("LeftLeg"),
            knee("RightLeg"),
            w[f("LeftFoot")].w_axis.y,
            w[f("LeftFoot")].w_axis.z - h,
            w[f("RightFoot")].w_axis.y,
            w[f("RightFoot")].w_axis.z - h,
            w[f("Head")].w_axis.y
        );
    }
}
