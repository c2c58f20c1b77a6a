use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// How often the iteration is repeated; five bring singular values to within 0.7 to 1.2.
const ITERATIONS: usize = 5;

/// Moves each convolution's weights by an orthogonal matrix: by the same length in all directions
/// of the gradient's space, weak ones too.
///
/// With gradient g, velocity v and momentum m: v becomes m v + g, and the weight, scaled to a norm
/// of √filters, falls by rate × the nearest orthogonal matrix to g + m v, a row per filter. The
/// scale of weights before a norm does not matter, so the rate is their relative change where there are no
/// more filters than values in each; with more of them it is smaller.
///
/// Source: Jordan et al., Muon: An optimizer for hidden layers in neural networks (2024), with the
/// scaling of weights from Jordan's CIFAR-10 speedrun, airbench94_muon.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Muon {
    /// The peak learning rate; it rises and falls as that of the other parameters does.
    pub learning_rate: f64,
    /// Nesterov momentum.
    pub momentum: f64,
}

impl Muon {
    /// Takes a step; all three tensors are `[filters, channels, 3, 3]`.
    pub(super) fn step(
        self,
        weight: &mut Tensor,
        velocity: &mut Tensor,
        gradient: &Tensor,
        learning_rate: f64,
    ) {
        let _ = velocity.g_mul_scalar_(self.momentum);
        let _ = velocity.g_add_(gradient);
        let direction = gradient + &*velocity * self.momentum;
        let filters = weight.size()[0];
        let step = orthogonalise(&direction.reshape([filters, -1])).reshape(weight.size());
        let norm = weight.norm().clamp_min(1e-12);
        let _ = weight.g_mul_(&((filters as f64).sqrt() / norm));
        let _ = weight.g_sub_(&(step * learning_rate));
    }
}

/// Roughly U Vᵀ of the singular value decomposition U S Vᵀ.
///
/// # Shapes
/// - `matrix`, returns: `[rows, columns]`
fn orthogonalise(matrix: &Tensor) -> Tensor {
    let [rows, columns] = matrix.size2().map(|(r, c)| [r, c]).expect("a matrix");
    // The products are of the smaller side's size.
    let wide = if rows > columns {
        matrix.transpose(0, 1)
    } else {
        matrix.shallow_clone()
    };
    let norm = wide.norm().clamp_min(1e-12);
    let mut x = (wide / norm).to_kind(Kind::BFloat16);
    for _ in 0..ITERATIONS {
        // An odd polynomial of the singular values whose slope at 0 is steep and whose values stay near 1.
        let a = x.matmul(&x.transpose(0, 1));
        let b = &a * -4.775 + a.matmul(&a) * 2.0315;
        x = &x * 3.4445 + b.matmul(&x);
    }
    let x = x.to_kind(Kind::Float);
    if rows > columns { x.transpose(0, 1) } else { x }
}

#[cfg(test)]
mod tests {
    use tch::Device;

    use super::*;

    fn random(size: &[i64]) -> Tensor {
        tch::manual_seed(1);
        Tensor::randn(size, (Kind::Float, Device::Cpu))
    }

    #[test]
    fn singular_values_become_near_one_and_directions_stay() {
        for size in [[6, 20], [20, 6], [8, 8]] {
            let matrix = random(&size);
            let step = orthogonalise(&matrix);
            let (_, values, _) = step.svd(true, true);
            let (least, most) = (
                values.min().double_value(&[]),
                values.max().double_value(&[]),
            );
            assert!(least > 0.6 && most < 1.25, "{size:?}: {least} to {most}");
            // U Vᵀ is the orthogonal matrix with the largest product with the matrix, the sum of its
            // singular values.
            let (u, s, v) = matrix.svd(true, true);
            let nearest = u.matmul(&v.transpose(0, 1));
            let largest = s.sum(Kind::Float).double_value(&[]);
            let product = |step: &Tensor| (step * &matrix).sum(Kind::Float).double_value(&[]);
            assert!((product(&nearest) / largest - 1.0).abs() < 1e-5);
            assert!((product(&step) / largest - 1.0).abs() < 0.25, "{size:?}");
        }
    }

    #[test]
    fn a_step_is_of_the_rate_whatever_the_gradient_s_size() {
        let muon = Muon {
            learning_rate: 0.1,
            momentum: 0.5,
        };
        for size in [1e-6, 1e6] {
            let gradient = random(&[4, 2, 3, 3]) * size;
            let mut weight = Tensor::ones([4, 2, 3, 3], (Kind::Float, Device::Cpu));
            let mut velocity = weight.zeros_like();
            muon.step(&mut weight, &mut velocity, &gradient, 0.1);
            assert_eq!(velocity, gradient);
            // Ones of norm √72 are scaled to a norm of √4; the step's norm is 0.1 √4, but for the iteration's
            // inexactness.
            let before = Tensor::full_like(&weight, 2.0 / 72f64.sqrt());
            let step = (before - weight).norm().double_value(&[]);
            assert!((step / 0.2 - 1.0).abs() < 0.3, "{step}");
        }
    }

    #[test]
    fn no_gradient_is_no_step() {
        let muon = Muon {
            learning_rate: 0.1,
            momentum: 0.5,
        };
        let mut weight = random(&[2, 1, 3, 3]);
        let mut velocity = weight.zeros_like();
        let gradient = weight.zeros_like();
        muon.step(&mut weight, &mut velocity, &gradient, 0.1);
        let norm = weight.norm().double_value(&[]);
        assert!((norm - 2f64.sqrt()).abs() < 1e-6, "{norm}");
    }
}
