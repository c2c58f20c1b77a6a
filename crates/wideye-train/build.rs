//! Links libtorch so that the binary finds CUDA where there is one, and generates the ONNX types.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    generate_onnx_types()?;
    link_libtorch();
    Ok(())
}

fn generate_onnx_types() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto/onnx.proto");
    let descriptors = protox::compile(["onnx.proto"], ["proto"])?;
    prost_build::Config::new()
        .disable_comments(["."])
        .compile_fds(descriptors)?;
    Ok(())
}

/// No code refers to a symbol of `libtorch.so` itself, so the linker would drop it; but on a
/// machine with a complete libtorch it is what loads the CUDA half.
fn link_libtorch() {
    println!("cargo:rustc-link-arg=-Wl,--no-as-needed");
    println!("cargo:rustc-link-arg=-ltorch");
    if let Ok(folder) = std::env::var("DEP_TCH_LIBTORCH_LIB") {
        // RUNPATH, not RPATH: LD_LIBRARY_PATH goes first.
        println!("cargo:rustc-link-arg=-Wl,-rpath,{folder},--enable-new-dtags");
    }
}
