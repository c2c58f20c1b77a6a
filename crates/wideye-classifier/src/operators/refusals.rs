//! What a damaged file may ask of an operator is refused before tract sees it, and nothing else is.

use tract_core::prelude::*;

use crate::loader;
use crate::onnx::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto};

/// Loads nodes behind an image of `[1, 3, 6, 8]`; `Err` holds the reason.
fn load(nodes: &[NodeProto], weights: &[TensorProto]) -> Result<(), String> {
    let graph = GraphProto {
        node: nodes.to_vec(),
        initializer: weights.to_vec(),
        ..GraphProto::default()
    };
    let model = ModelProto {
        opset_import: vec![crate::onnx::OperatorSetIdProto {
            domain: String::new(),
            version: 17,
        }],
        ..ModelProto::default()
    };
    let shape = |_: &TypedModel| [1, 3, 6, 8].map(TDim::Val).into_iter().collect();
    let loaded = loader::load(&model, &graph, "image", shape);
    loaded.map(|_| ()).map_err(|error| format!("{error:#}"))
}

fn node(op_type: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    NodeProto {
        input: owned(inputs),
        output: owned(outputs),
        op_type: op_type.into(),
        ..NodeProto::default()
    }
}

/// Another node with an attribute changed or added; a list of one is a number too.
fn with(mut node: NodeProto, name: &str, ints: &[i64]) -> NodeProto {
    node.attribute.retain(|attribute| attribute.name != name);
    node.attribute.push(AttributeProto {
        name: name.into(),
        i: ints.first().copied().unwrap_or(0),
        ints: ints.to_vec(),
        ..AttributeProto::default()
    });
    node
}

fn floats(name: &str, dims: &[i64]) -> TensorProto {
    TensorProto {
        name: name.into(),
        data_type: 1,
        dims: dims.to_vec(),
        float_data: vec![0.5; dims.iter().product::<i64>() as usize],
        ..TensorProto::default()
    }
}

fn integers(name: &str, values: &[i64]) -> TensorProto {
    TensorProto {
        name: name.into(),
        data_type: 7,
        dims: vec![values.len() as i64],
        int64_data: values.to_vec(),
        ..TensorProto::default()
    }
}

#[track_caller]
fn assert_refused(loaded: Result<(), String>, reason: &str) {
    match loaded {
        Ok(()) => panic!("accepted, expected {reason:?}"),
        Err(message) => assert!(message.contains(reason), "{message}, not {reason:?}"),
    }
}

const MAX: i64 = i64::MAX;

#[test]
fn windows_have_sides_that_can_be_computed_with() {
    let conv = with(node("Conv", &["image", "w"], &["y"]), "pads", &[1; 4]);
    let pools = ["MaxPool", "AveragePool"];
    let pools = pools.map(|pool| with(node(pool, &["image"], &["y"]), "kernel_shape", &[2, 3]));
    let kernel = floats("w", &[6, 3, 3, 3]);
    let loaded = |node: NodeProto| load(&[node], std::slice::from_ref(&kernel));
    for windowed in [&conv].into_iter().chain(&pools) {
        assert_eq!(loaded(windowed.clone()), Ok(()));
        for (attribute, values) in [
            ("strides", &[2, 3][..]),
            ("dilations", &[2, 1]),
            ("pads", &[1, 0, 1, 2]),
        ] {
            assert_eq!(loaded(with(windowed.clone(), attribute, values)), Ok(()));
        }
        for (attribute, values, reason) in [
            ("strides", &[0, 0][..], "strides is [0, 0]"),
            ("strides", &[1], "strides is [1], expected 2 numbers"),
            ("strides", &[1, 1, 1], "strides is [1, 1, 1]"),
            ("strides", &[1, MAX], "strides is"),
            ("strides", &[-1, 1], "\"strides\" has a negative value"),
            ("dilations", &[1, 0], "dilations is [1, 0]"),
            ("dilations", &[1], "dilations is [1]"),
            ("dilations", &[1, 1 << 20], "too large"),
            ("pads", &[0; 3], "pads are [0, 0, 0]"),
            ("pads", &[0, 0, 0, MAX], "pads are"),
            ("pads", &[0, 0, 0, 4097], "pads are"),
        ] {
            assert_refused(loaded(with(windowed.clone(), attribute, values)), reason);
        }
    }
    // 2 * 5 + 1 pixels of 8 + 2; 8196 * 8198 * 6 values
    for (attribute, values, reason) in [
        ("dilations", &[1, 5][..], "does not fit into"),
        ("pads", &[4096; 4], "too large"),
    ] {
        assert_refused(loaded(with(conv.clone(), attribute, values)), reason);
    }
}

#[test]
fn kernels_fit_the_image_and_its_channels() {
    let conv = node("Conv", &["image", "w"], &["y"]);
    for (group, kernel, reason) in [
        (1, &[6, 3, 3][..], "kernel_shape is [3], expected 2"),
        (1, &[6, 3, 3, 3, 3], "kernel_shape is [3, 3, 3]"),
        (1, &[6, 3, 0, 3], "the kernel is [6, 3, 0, 3]"),
        (1, &[0, 3, 3, 3], "the kernel is [0, 3, 3, 3]"),
        (1, &[6, 3, 7, 3], "does not fit"),
        (1, &[6, 2, 3, 3], "the kernel takes 2"),
        (MAX, &[6, 3, 3, 3], "the kernel takes 3"),
        (3, &[4, 1, 3, 3], "4 channels are no multiple of 3"),
    ] {
        let conv = with(conv.clone(), "group", &[group]);
        assert_refused(load(&[conv], &[floats("w", kernel)]), reason);
    }
    for pool in ["MaxPool", "AveragePool"] {
        let pool = node(pool, &["image"], &["y"]);
        for (sides, reason) in [
            (&[0, 2][..], "kernel_shape is [0, 2]"),
            (&[2], "kernel_shape is [2], expected 2"),
            (&[2, 2, 2], "kernel_shape is [2, 2, 2]"),
            (&[], "kernel_shape is []"),
            (&[1 << 20, 1 << 20], "too large"),
            (&[MAX, MAX], "kernel_shape is"),
        ] {
            let pool = with(pool.clone(), "kernel_shape", sides);
            assert_refused(load(&[pool], &[]), reason);
        }
    }
}

#[test]
fn products_meet_in_equal_sides() {
    let flat = node("Flatten", &["image"], &["a"]);
    let gemm = node("Gemm", &["a", "w"], &["y"]);
    // 3 * 6 * 8 = 144 values
    for (transposed, sides, meets) in [
        (None, [144, 4], true),
        (None, [143, 4], false),
        (None, [1, 4], false),
        (None, [4, 144], false),
        (Some("transB"), [4, 144], true),
        (Some("transB"), [4, 145], false),
        (Some("transA"), [1, 4], true),
        (Some("transA"), [144, 4], false),
    ] {
        let gemm = match transposed {
            Some(name) => with(gemm.clone(), name, &[1]),
            None => gemm.clone(),
        };
        let loaded = load(&[flat.clone(), gemm], &[floats("w", &sides)]);
        match meets {
            true => assert_eq!(loaded, Ok(()), "{transposed:?} {sides:?}"),
            false => assert_refused(loaded, "do not meet"),
        }
    }
    for (sides, meets) in [
        (&[8, 4][..], true),
        (&[8], true),
        (&[3, 8, 4], true),
        (&[5, 1, 8, 4], true),
        (&[7, 4], false),
        (&[9], false),
        (&[1, 4], false),
        (&[2, 8, 4], false),
    ] {
        let loaded = load(
            &[node("MatMul", &["image", "w"], &["y"])],
            &[floats("w", sides)],
        );
        match meets {
            true => assert_eq!(loaded, Ok(()), "{sides:?}"),
            false => assert_refused(loaded, "do not meet"),
        }
    }
    assert_refused(
        load(
            &[node("Gemm", &["image", "w"], &["y"])],
            &[floats("w", &[8, 4])],
        ),
        "inputs of 4 and 2 axes",
    );
}

#[test]
fn sums_are_of_sides_that_are_equal_or_one() {
    for (sides, meets) in [
        (&[3, 1, 1][..], true),
        (&[8], true),
        (&[2, 3, 6, 1], true),
        (&[6, 1], true),
        (&[2, 1, 1], false),
        (&[7], false),
        (&[6], false),
    ] {
        for operator in ["Add", "Mul", "Max", "Pow", "PRelu"] {
            let loaded = load(
                &[node(operator, &["image", "w"], &["y"])],
                &[floats("w", sides)],
            );
            match meets {
                true => assert_eq!(loaded, Ok(()), "{operator} {sides:?}"),
                false => assert_refused(loaded, "the inputs' sides differ"),
            }
        }
    }
}

#[test]
fn parts_and_indices_lie_within_their_side() {
    let split = with(node("Split", &["image"], &["a", "b"]), "axis", &[3]);
    assert_eq!(load(std::slice::from_ref(&split), &[]), Ok(()));
    assert_eq!(load(&[with(split.clone(), "split", &[3, 5])], &[]), Ok(()));
    for sizes in [[3, 4], [-1, 9], [MAX, MAX], [MAX - 1, 10]] {
        let split = with(split.clone(), "split", &sizes);
        assert_refused(load(&[split], &[]), "do not add up to 8");
    }
    assert_refused(load(&[node("Split", &["image"], &[])], &[]), "no outputs");

    let gather = with(node("Gather", &["image", "i"], &["y"]), "axis", &[1]);
    for (index, within) in [(2, true), (-3, true), (3, false), (-4, false), (MAX, false)] {
        let loaded = load(std::slice::from_ref(&gather), &[integers("i", &[0, index])]);
        match within {
            true => assert_eq!(loaded, Ok(()), "{index}"),
            false => assert_refused(loaded, "outside a side of 3"),
        }
    }
    let seen = node("Gather", &["image", "image"], &["y"]);
    assert_refused(load(&[seen], &[]), "input 1 is not a constant");
}

#[test]
fn pads_have_something_to_take_from() {
    let text = |text: &'static str| AttributeProto {
        name: "mode".into(),
        s: text.as_bytes().into(),
        ..AttributeProto::default()
    };
    for (mode, before, reason) in [
        ("constant", 9, None),
        ("edge", 9, None),
        ("reflect", 5, None),
        ("reflect", 6, Some("too little to pad 6 with")),
        ("constant", MAX, Some("expected at most")),
        ("constant", 4097, Some("expected at most")),
        ("constant", 4096, Some("too large")),
    ] {
        let mut pad = node("Pad", &["image", "p"], &["y"]);
        pad.attribute.push(text(mode));
        let others = if before > 9 { before } else { 0 };
        let pads = integers("p", &[0, others, before, others, 0, 0, 0, 0]);
        match (load(&[pad], &[pads]), reason) {
            (loaded, Some(reason)) => assert_refused(loaded, reason),
            (loaded, None) => assert_eq!(loaded, Ok(()), "{mode} {before}"),
        }
    }
    let pad = node("Pad", &["image", "p", "nothing"], &["y"]);
    let pads = integers("p", &[0, 0, 1, 1, 0, 0, 1, 1]);
    assert_refused(
        load(&[pad], &[pads, floats("nothing", &[0])]),
        "0 values to pad with",
    );
}

#[test]
fn whole_numbers_are_divided_by_no_zero() {
    let shape = node("Shape", &["image"], &["s"]);
    for (divisors, reason) in [
        (&[2][..], None),
        (&[1, 2, 3, 4], None),
        (&[0], Some("divided by [0]")),
        (&[1, 1, 0, 1], Some("divided by [1, 1, 0, 1]")),
    ] {
        let nodes = [shape.clone(), node("Div", &["s", "d"], &["y"])];
        match (load(&nodes, &[integers("d", divisors)]), reason) {
            (loaded, Some(reason)) => assert_refused(loaded, reason),
            (loaded, None) => assert_eq!(loaded, Ok(()), "{divisors:?}"),
        }
    }
    // Cast to a whole number, alpha would be 0.
    let celu = with(node("Celu", &["d"], &["y"]), "alpha", &[]);
    assert_refused(load(&[celu], &[integers("d", &[5])]), "the input is I64");
}

#[test]
fn outputs_that_only_training_reads_may_be_there_but_not_be_read() {
    let dropout = node("Dropout", &["image"], &["y", "mask"]);
    let normalisation = node(
        "BatchNormalization",
        &["y", "s", "s", "s", "s"],
        &["z", "", "mean", "variance", ""],
    );
    let weights = [floats("s", &[3])];
    let nodes = [dropout, normalisation, node("Relu", &["z"], &["end"])];
    assert_eq!(load(&nodes, &weights), Ok(()));
    for name in ["mask", "mean"] {
        let reader = node("Relu", &[name], &["read"]);
        let nodes = [&nodes[..], &[reader]].concat();
        assert_refused(
            load(&nodes, &weights),
            &format!("{name:?} is an output that is not supported"),
        );
    }
}
