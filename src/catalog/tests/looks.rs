//! Whatever a layer changes in a resource: a composition that says it holds is the one that would be made.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use proptest::sample::Index;

use super::platform::mounted;
use crate::base::{RepoPath, Stop};
use crate::catalog::{
    Catalog, Composition, Inventory, LayerUse, Layers, Revision, Start, TargetId, compose, load, start,
    usable_service,
};
use crate::kustomize::{BuildOptions, Engine, Resource};
use crate::vfs::WorkTree;
use crate::yaml::{Limits, Mapping, Node, Value};

/// A target of the sample platform before anything changes.
struct Target {
    id: TargetId,
    uses: Vec<LayerUse>,
    start: Start,
    inventory: Inventory,
    composition: Composition,
}

struct Platform {
    source: Arc<WorkTree>,
    catalog: Catalog,
    targets: Vec<Target>,
}

fn platform() -> &'static Platform {
    static PLATFORM: OnceLock<Platform> = OnceLock::new();
    PLATFORM.get_or_init(|| {
        let engine = Engine::default();
        let source = Arc::new(WorkTree::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap());
        let (catalog, _) = load(&*source, &Limits::default());
        let layers = Layers::read(&*source, Revision::WorkTree, &catalog.settings, &RepoPath::root());
        let ids = catalog.targets().into_iter().filter(|id| &*id.env == "prod" && &*id.region == "euw1");
        let of = |id: TargetId| {
            let service = usable_service(&catalog, &id).unwrap();
            let uses = layers.of_target(service, &id).unwrap();
            let start = start(&catalog, &id, &uses, &Revision::WorkTree).unwrap();
            let files = mounted(&start.files, &source);
            let options = BuildOptions::default();
            let gathered = engine.gather_until(&files, &start.directory, &options, &Stop::default()).unwrap();
            let inventory = Inventory::of(&gathered);
            let composition = compose(&catalog, &id, &uses, &start, &inventory, &*source).unwrap();
            Target { id, uses, start, inventory, composition }
        };
        let targets = ids.map(of).collect();
        Platform { source, catalog, targets }
    })
}

/// What is done to a value somewhere in a resource.
#[derive(Clone, Copy, Debug)]
enum Edit {
    OtherText,
    Null,
    Gone,
    Twice,
    EmptyMap,
    NewKey,
}

const EDITS: [Edit; 6] = [Edit::OtherText, Edit::Null, Edit::Gone, Edit::Twice, Edit::EmptyMap, Edit::NewKey];

/// How many values there are in a tree, the tree itself not counted.
fn count(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 0,
        Value::Sequence(items) => items.iter().map(|item| 1 + count(item)).sum(),
        Value::Mapping(map) => map.iter().map(|entry| 1 + count(&entry.value)).sum(),
    }
}

/// Edits the value with a number, counted as they stand in the text.
fn edit(node: &mut Node, place: &mut usize, how: Edit) {
    let is_here = |place: &mut usize| {
        *place = place.wrapping_sub(1);
        *place == usize::MAX
    };
    if let Some(items) = node.as_sequence_mut() {
        for index in 0..items.len() {
            if is_here(place) {
                match how {
                    Edit::Gone => drop(items.remove(index)),
                    Edit::Twice => items.insert(index, items[index].clone()),
                    _ => set(&mut items[index], how),
                }
                return;
            }
            edit(&mut items[index], place, how);
            if *place == usize::MAX {
                return;
            }
        }
    } else if let Some(map) = node.as_mapping_mut() {
        let keys: Vec<String> = map.iter().map(|entry| entry.key.to_string()).collect();
        for key in keys {
            if is_here(place) {
                match how {
                    Edit::Gone => drop(map.remove(&key)),
                    _ => map.get_mut(&key).into_iter().for_each(|value| set(value, how)),
                }
                return;
            }
            map.get_mut(&key).into_iter().for_each(|value| edit(value, place, how));
            if *place == usize::MAX {
                return;
            }
        }
    }
}

fn set(value: &mut Node, how: Edit) {
    *value = match how {
        Edit::Null => Node::null(),
        Edit::EmptyMap => Node::mapping(),
        Edit::NewKey => {
            let mut map = value.as_mapping().cloned().unwrap_or_else(Mapping::default);
            map.set("new", Node::string("key"));
            Node::from(map)
        }
        Edit::OtherText | Edit::Gone | Edit::Twice => match value.as_str() {
            Some("app") => Node::string("cpu"),
            Some(_) => Node::string("app"),
            None => Node::string("7"),
        },
    };
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_composition_that_holds_is_the_one_that_would_be_made(
        target in any::<Index>(), item in any::<Index>(), place in any::<Index>(),
        how in prop::sample::select(&EDITS[..]),
    ) {
        let Platform { source, catalog, targets } = platform();
        let Target { id, uses, start, inventory, composition } = target.get(targets);
        let item = item.index(inventory.items.len());
        let mut changed = inventory.clone();
        let node = &mut changed.items[item].node;
        edit(node, &mut place.index(count(node)), how);
        let resource = |inventory: &Inventory| Resource::new(inventory.items[item].node.clone());
        let (old, new) = (resource(inventory), resource(&changed));
        // What is called otherwise is another resource.
        if old.id() == new.id() && composition.holds_for(&old, &new) {
            let made = compose(catalog, id, uses, start, &changed, &**source).unwrap();
            prop_assert!(made.says_same(composition), "{id}: {:?} in {}", how, old.id());
            prop_assert_eq!(&made.warnings, &composition.warnings);
        }
    }
}

#[test]
fn most_values_of_a_layer_decide_nothing() {
    let Platform { targets, .. } = platform();
    let (mut holds, mut all) = (0, 0);
    for Target { inventory, composition, .. } in targets {
        for item in &inventory.items {
            let old = Resource::new(item.node.clone());
            for place in 0..count(&item.node) {
                let mut new = item.node.clone();
                edit(&mut new, &mut place.clone(), Edit::OtherText);
                all += 1;
                holds += usize::from(composition.holds_for(&old, &Resource::new(new)));
            }
        }
    }
    assert!(holds * 10 > all * 9, "{holds} of {all}");
    assert!(holds < all, "names of containers and hosts have a say");
}
