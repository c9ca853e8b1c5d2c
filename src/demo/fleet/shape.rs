//! One made-up service: its shape follows from its number, its text from its shape.

use std::fmt::Write as _;

use super::words::{AREAS, ROLES, SUBJECTS, TEAMS};

/// Pairs of an area and a subject.
const PAIRS: usize = AREAS.len() * SUBJECTS.len();

/// A step through the pairs that has no divisor in common with their number, so that neighbours differ.
const STRIDE: usize = 605;

/// Components that an archetype may have, each with how many of a hundred services have it.
const COMPONENTS: [(&str, &[(&str, u64)]); 5] = [
    (
        "api",
        &[
            ("ingress", 80),
            ("retry", 60),
            ("circuit-breaker", 50),
            ("mtls", 60),
            ("hpa", 75),
            ("pdb", 70),
            ("network-policy", 40),
            ("security-hardening", 50),
            ("topology", 30),
            ("serviceaccount-rbac", 20),
            ("config", 60),
            ("secrets", 40),
        ],
    ),
    (
        "listener",
        &[
            ("hpa", 50),
            ("pdb", 70),
            ("mtls", 50),
            ("network-policy", 40),
            ("security-hardening", 40),
            ("topology", 20),
            ("config", 60),
            ("secrets", 50),
        ],
    ),
    (
        "streaming",
        &[
            ("pdb", 80),
            ("mtls", 30),
            ("network-policy", 50),
            ("security-hardening", 40),
            ("topology", 60),
            ("config", 60),
        ],
    ),
    (
        "scheduler",
        &[("config", 70), ("secrets", 40), ("serviceaccount-rbac", 30), ("security-hardening", 40)],
    ),
    ("job", &[("config", 70), ("secrets", 40), ("serviceaccount-rbac", 20), ("security-hardening", 30)]),
];

/// A made-up service.
pub(super) struct Service {
    name: String,
    archetype: &'static str,
    team: &'static str,
    channel: Option<&'static str>,
    components: Vec<&'static str>,
    dice: Dice,
}

impl Service {
    /// The service with this number.
    pub(super) fn number(number: usize) -> Self {
        let pair = (number * STRIDE) % PAIRS;
        // A pair comes again after all others had their turn, then with the next role.
        let (role, archetype) = ROLES[(number * 5 + number / PAIRS) % ROLES.len()];
        let mut dice = Dice(number as u64);
        let channel = dice.pick(&[Some("stable"), Some("stable"), Some("stable"), Some("next"), None, None]);
        let possible =
            COMPONENTS.iter().find(|(name, _)| *name == archetype).map_or(&[][..], |(_, list)| list);
        let components =
            possible.iter().filter(|(_, chance)| dice.below(100) < *chance).map(|(name, _)| *name).collect();
        Self {
            name: format!("{}-{}-{role}", AREAS[pair / SUBJECTS.len()], SUBJECTS[pair % SUBJECTS.len()]),
            archetype,
            team: dice.pick(&TEAMS),
            channel,
            components,
            dice,
        }
    }

    /// Adds the entry to a `services.yaml`.
    pub(super) fn write(mut self, text: &mut String) {
        let (name, archetype, team) = (&self.name, self.archetype, self.team);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  - name: {name}");
        let mut line = |line: std::fmt::Arguments<'_>| {
            let _ = writeln!(text, "    {line}");
        };
        line(format_args!("type: {archetype}"));
        let dice = &mut self.dice;
        line(format_args!("image: registry.example.com/{team}/{name}"));
        line(format_args!("tagStrategy: semver"));
        line(format_args!("tag: \"{}.{}.{}\"", dice.below(6), dice.below(40), dice.below(10)));
        if let Some(channel) = self.channel {
            line(format_args!("channel: {channel}"));
        }
        line(format_args!("regions: [euw1, euw2]"));
        line(format_args!("enabledIn: [int-stable, pre-stable, prod]"));
        if dice.below(10) == 0 {
            line(format_args!("namespaceTemplate: \"{{service}}-{{env}}-{{region}}\""));
        }
        if !self.components.is_empty() {
            line(format_args!("components: [{}]", self.components.join(", ")));
        }
        line(format_args!("labels: {{ team: {team} }}"));
        let has = |component: &str| self.components.contains(&component);
        if has("ingress") {
            line(format_args!("domains:"));
            line(format_args!("  defaults: [{name}.int.example.com]"));
            line(format_args!("  overrides:"));
            line(format_args!("    pre-stable: [{name}.pre.example.com]"));
            line(format_args!("    prod: [{name}.example.com]"));
        }
        if has("hpa") {
            let (low, high) = (1 + dice.below(3), 4 + dice.below(4));
            line(format_args!("hpa:"));
            line(format_args!("  minReplicas: {{ defaults: {low}, overrides: {{ prod: {} }} }}", low + 2));
            line(format_args!("  maxReplicas: {{ defaults: {high}, overrides: {{ prod: {} }} }}", high * 3));
        } else if matches!(archetype, "api" | "listener" | "streaming") {
            let replicas = 2 + dice.below(4);
            match dice.below(3) {
                0 => line(format_args!("replicas: {replicas}")),
                1 => line(format_args!("replicas: {{ defaults: 1, overrides: {{ prod: {replicas} }} }}")),
                _ => line(format_args!(
                    "replicas: {{ defaults: 1, overrides: {{ prod: {replicas}, \"prod/euw2\": {} }} }}",
                    replicas - 1
                )),
            }
        }
        if archetype == "scheduler" {
            line(format_args!("schedule: \"{} {} * * *\"", dice.below(60), dice.below(24)));
        }
        let (cpu, memory) = (100 * (1 + dice.below(5)), 256 * (1 + dice.below(4)));
        if dice.below(2) == 0 {
            line(format_args!("resources:"));
            line(format_args!("  cpu: {{ defaults: {cpu}m, overrides: {{ prod: {}m }} }}", cpu * 2));
            line(format_args!(
                "  memory: {{ defaults: {memory}Mi, overrides: {{ prod: {}Mi }} }}",
                memory * 2
            ));
        } else {
            line(format_args!("resources:"));
            line(format_args!("  requests: {{ cpu: {cpu}m, memory: {memory}Mi }}"));
            line(format_args!("  limits: {{ cpu: {}m, memory: {}Mi }}", cpu * 4, memory * 2));
        }
        if has("retry") {
            let (attempts, timeout) = (2 + dice.below(3), 500 * (1 + dice.below(6)));
            line(format_args!(
                "retry: {{ attempts: {attempts}, perTryTimeout: {timeout}ms, retryOn: \"5xx,reset\" }}"
            ));
        }
        if has("circuit-breaker") {
            line(format_args!("trafficPolicy:"));
            line(format_args!("  maxConnections: {}", 50 * (1 + dice.below(10))));
            line(format_args!("  consecutiveErrors: {}", 3 + dice.below(5)));
            line(format_args!("  interval: {}s", 10 * (1 + dice.below(3))));
            line(format_args!("  ejectionTime: {}s", 30 * (1 + dice.below(3))));
        }
    }
}

/// Numbers that look thrown and are the same on every machine (SplitMix64).
struct Dice(u64);

impl Dice {
    /// A number from 0 up to, not including, `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let index = usize::try_from(self.below(choices.len() as u64)).expect("an index of a list fits");
        choices[index]
    }
}
