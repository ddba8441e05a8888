//! The crate process_mining on the logs that `bench/peers/mine` gives it; prints seconds and counts as JSON.
//!
//! `import FILE` reads XES; `log FILE` takes a CSV of case, activity and time, whose reading is not measured.
use process_mining::core::event_data::case_centric::utils::activity_projection::EventLogActivityProjection;
use process_mining::core::event_data::case_centric::{Event, EventLog, Trace};
use process_mining::discovery::case_centric::dfg::discover_dfg;
use process_mining::Importable;
use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::time::Instant;

fn read_table(path: &PathBuf) -> Result<EventLog, Box<dyn Error>> {
    let mut place: HashMap<String, usize> = HashMap::new();
    let mut cases: Vec<Vec<(String, String)>> = Vec::new();
    for line in BufReader::new(std::fs::File::open(path)?).lines().skip(1) {
        let line = line?;
        let mut cells = line.splitn(3, ',');
        let (Some(case), Some(activity), Some(time)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        let next = place.len();
        let at = *place.entry(case.to_string()).or_insert(next);
        if at == cases.len() {
            cases.push(Vec::new());
        }
        cases[at].push((time.to_string(), activity.to_string()));
    }
    let mut log = EventLog::new();
    for mut case in cases.drain(..) {
        case.sort_by(|one, other| one.0.cmp(&other.0));
        let mut trace = Trace::new();
        trace.events = case.into_iter().map(|(_, activity)| Event::new(activity)).collect();
        log.traces.push(trace);
    }
    Ok(log)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.len() != 3 {
        return Err("mine_rust import|log FILE".into());
    }
    let path = PathBuf::from(&arguments[2]);
    let began = Instant::now();
    let log = if arguments[1] == "import" { EventLog::import_from_path(&path)? } else { read_table(&path)? };
    let import = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let graph = discover_dfg(&log);
    let follows = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let projection = EventLogActivityProjection::from(&log);
    let variants = began.elapsed().as_secs_f64();
    let events: usize = log.traces.iter().map(|trace| trace.events.len()).sum();
    println!(
        "{{\"import\": {import}, \"follows\": {follows}, \"variants\": {variants}, \"counts\": {{\"cases\": {}, \
         \"events\": {events}, \"arcs\": {}, \"variants\": {}}}}}",
        log.traces.len(),
        graph.directly_follows_relations.len(),
        projection.traces.len()
    );
    Ok(())
}
