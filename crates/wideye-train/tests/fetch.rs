//! Fetching a data set from a server on this machine that behaves in every way a server can.
#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use flate2::{Compression, write::GzEncoder};
use md5::{Digest, Md5};
use wideye_train::{Archive, ErrorKind, fetch};

/// How the server answers.
#[derive(Clone, Copy, PartialEq)]
enum Behaviour {
    Ranges,
    NoRanges,
    /// Closes the first connection after so many bytes.
    CutOnce(usize),
    Missing,
}

/// The first byte of each request's range.
type Log = Arc<Mutex<Vec<usize>>>;

fn serve(body: Vec<u8>, behaviour: Behaviour) -> (String, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/tiny.tar.gz", listener.local_addr().unwrap());
    let log = Log::default();
    let requests = Arc::clone(&log);
    thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that goes away ends its connection, not the server.
            let _ = answer(stream.unwrap(), &body, behaviour, &requests);
        }
    });
    (url, log)
}

fn answer(
    mut stream: TcpStream,
    body: &[u8],
    behaviour: Behaviour,
    log: &Log,
) -> std::io::Result<()> {
    let mut start = 0;
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?.to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            start = range.trim_end_matches('-').parse().unwrap();
        }
    }
    let first = {
        let mut log = log.lock().unwrap();
        log.push(start);
        log.len() == 1
    };
    if behaviour == Behaviour::Missing {
        return stream.write_all(
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        );
    }
    if start > 0 && start >= body.len() {
        return stream.write_all(
            b"HTTP/1.1 416 Range Not Satisfiable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        );
    }
    let partial = start > 0 && behaviour != Behaviour::NoRanges;
    let rest = if partial { &body[start..] } else { body };
    let status = if partial {
        format!(
            "206 Partial Content\r\ncontent-range: bytes {start}-{}/{}",
            body.len() - 1,
            body.len()
        )
    } else {
        "200 OK".into()
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        rest.len()
    )?;
    match behaviour {
        Behaviour::CutOnce(bytes) if first => stream.write_all(&rest[..bytes]),
        _ => stream.write_all(rest),
    }
}

fn tarball(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::none()));
    for (name, data) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(data.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder
            .append_data(&mut header, format!("tiny/{name}"), *data)
            .unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn archive(url: &str, body: &[u8]) -> Archive {
    Archive {
        url: url.into(),
        md5: Md5::digest(body)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect(),
        folder: "tiny".into(),
        files: vec!["train.bin".into(), "names.txt".into()],
    }
}

fn good_body() -> Vec<u8> {
    tarball(&[
        ("train.bin", &[7; 100_000]),
        ("names.txt", b"cat\n"),
        ("readme", b"not needed"),
    ])
}

fn assert_unpacked(folder: &Path, out: &Path) {
    assert_eq!(folder, out.join("tiny"));
    assert_eq!(fs::read(folder.join("train.bin")).unwrap(), [7; 100_000]);
    assert_eq!(fs::read(folder.join("names.txt")).unwrap(), b"cat\n");
    let mut left: Vec<_> = fs::read_dir(out)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["tiny", "tiny.tar.gz"], "nothing half-done is left");
}

#[test]
fn downloads_checks_and_unpacks_with_progress() {
    let out = tempfile::tempdir().unwrap();
    let body = good_body();
    let (url, log) = serve(body.clone(), Behaviour::Ranges);
    let mut heard = Vec::new();
    let folder = fetch(&archive(&url, &body), out.path(), None, &mut |n, total| {
        heard.push((n, total))
    })
    .unwrap();
    assert_unpacked(&folder, out.path());
    assert!(heard.is_sorted());
    assert_eq!(
        heard.last(),
        Some(&(body.len() as u64, Some(body.len() as u64)))
    );

    fetch(&archive(&url, &body), out.path(), None, &mut |_, _| ()).unwrap();
    assert_eq!(
        *log.lock().unwrap(),
        [0],
        "what is there is not asked for again"
    );
}

#[test]
fn a_cut_connection_goes_on_where_it_broke() {
    let out = tempfile::tempdir().unwrap();
    let body = good_body();
    let (url, log) = serve(body.clone(), Behaviour::CutOnce(40_000));
    let folder = fetch(&archive(&url, &body), out.path(), None, &mut |_, _| ()).unwrap();
    assert_unpacked(&folder, out.path());
    assert_eq!(*log.lock().unwrap(), [0, 40_000]);
}

#[test]
fn an_earlier_download_is_taken_up_or_begun_anew() {
    let body = good_body();
    for (behaviour, left) in [
        (Behaviour::Ranges, body[..1234].to_vec()),
        (Behaviour::NoRanges, body[..1234].to_vec()),
        (Behaviour::Ranges, body.clone()),
    ] {
        let out = tempfile::tempdir().unwrap();
        fs::write(out.path().join("tiny.tar.gz.part"), &left).unwrap();
        let (url, log) = serve(body.clone(), behaviour);
        let folder = fetch(&archive(&url, &body), out.path(), None, &mut |_, _| ()).unwrap();
        assert_unpacked(&folder, out.path());
        assert_eq!(*log.lock().unwrap(), [left.len()]);
    }
}

#[test]
fn wrong_bytes_never_become_data() {
    let out = tempfile::tempdir().unwrap();
    let body = good_body();
    let mut wrong = body.clone();
    wrong[50_000] ^= 1;
    let (url, _) = serve(wrong, Behaviour::Ranges);
    let error = fetch(&archive(&url, &body), out.path(), None, &mut |_, _| ()).unwrap_err();
    let ErrorKind::Checksum {
        path,
        expected,
        actual,
    } = error.kind()
    else {
        panic!("{error}")
    };
    assert_eq!(path, &out.path().join("tiny.tar.gz.part"));
    assert_eq!(expected, &format!("MD5 {}", archive(&url, &body).md5));
    assert_ne!(actual, expected);
    assert_eq!(
        fs::read_dir(out.path()).unwrap().count(),
        0,
        "nothing is left to be taken for data"
    );
}

#[test]
fn a_refusal_is_told_with_its_address() {
    let out = tempfile::tempdir().unwrap();
    let body = good_body();
    let (url, log) = serve(body.clone(), Behaviour::Missing);
    let error = fetch(&archive(&url, &body), out.path(), None, &mut |_, _| ()).unwrap_err();
    let kind = ErrorKind::Download {
        url: url.clone(),
        reason: "the server answered 404".into(),
    };
    assert_eq!(error.kind(), &kind);
    assert_eq!(
        log.lock().unwrap().len(),
        1,
        "a refusal is not asked for again"
    );
}

#[test]
fn an_archive_on_disk_is_checked_too() {
    let out = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("some.tar.gz");
    let body = good_body();
    fs::write(&file, &body).unwrap();
    let archive = archive("http://127.0.0.1:1/never-asked", &body);
    let folder = fetch(&archive, out.path(), Some(&file), &mut |_, _| ()).unwrap();
    assert_eq!(fs::read(folder.join("names.txt")).unwrap(), b"cat\n");

    fs::write(&file, &body[..body.len() - 1]).unwrap();
    let error = fetch(&archive, out.path(), Some(&file), &mut |_, _| ()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Checksum { path, .. } if *path == file));
}

#[test]
fn a_folder_on_disk_is_copied_and_must_be_complete() {
    let out = tempfile::tempdir().unwrap();
    let source = tempfile::tempdir().unwrap();
    let archive = archive("http://127.0.0.1:1/never-asked", b"");
    fs::write(source.path().join("train.bin"), [1, 2, 3]).unwrap();
    let error = fetch(&archive, out.path(), Some(source.path()), &mut |_, _| ()).unwrap_err();
    let kind = ErrorKind::MissingInArchive {
        path: source.path().into(),
        name: "names.txt".into(),
    };
    assert_eq!(error.kind(), &kind);
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);

    fs::write(source.path().join("names.txt"), "cat").unwrap();
    let folder = fetch(&archive, out.path(), Some(source.path()), &mut |_, _| ()).unwrap();
    assert_eq!(fs::read(folder.join("train.bin")).unwrap(), [1, 2, 3]);
}
