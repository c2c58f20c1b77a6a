//! A data set drawn here: discs, squares, crosses and stripes, in any two colours.

use std::fs;
use std::path::Path;

use wideye_train::SIDE;

/// Writes a data set of kind `custom` with four classes in two superclasses.
pub fn write(folder: &Path, train: usize, test: usize) {
    fs::create_dir_all(folder).unwrap();
    fs::write(
        folder.join("fine_label_names.txt"),
        "disc\nsquare\ncross\nstripes\n",
    )
    .unwrap();
    fs::write(folder.join("coarse_label_names.txt"), "solid\nopen\n").unwrap();
    let mut random = Random(0x5eed);
    for (name, count) in [("train.bin", train), ("test.bin", test)] {
        let records: Vec<u8> = (0..count)
            .flat_map(|i| record((i % 4) as u8, &mut random))
            .collect();
        fs::write(folder.join(name), records).unwrap();
    }
}

fn record(class: u8, random: &mut Random) -> Vec<u8> {
    let (centre_x, centre_y) = (random.within(12, 20), random.within(12, 20));
    let size = random.within(6, 11);
    let front = [(); 3].map(|()| random.within(0, 110) as u8);
    let back = [(); 3].map(|()| random.within(145, 256) as u8);
    let inside = |x: i32, y: i32| {
        let (right, down) = (x - centre_x, y - centre_y);
        let within = right.abs() < size && down.abs() < size;
        match class {
            0 => right * right + down * down < size * size,
            1 => within,
            2 => within && (right.abs() < 2 || down.abs() < 2),
            _ => within && down.rem_euclid(4) < 2,
        }
    };
    let mut record = vec![class / 2, class];
    for channel in 0..3 {
        for y in 0..SIDE as i32 {
            record.extend((0..SIDE as i32).map(|x| {
                if inside(x, y) {
                    front[channel]
                } else {
                    back[channel]
                }
            }));
        }
    }
    record
}

/// The generator of Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (2014).
struct Random(u64);

impl Random {
    fn within(&mut self, from: i32, to: i32) -> i32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        from + (z % (to - from) as u64) as i32
    }
}
