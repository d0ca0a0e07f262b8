//! Who may come in at the clients' listener, and who is in: the caps on connections, and the pace at which they come.

use crate::app::Application;
use hub::CloseReason;
use parking_lot::Mutex;
use room::bucket::Bucket;
use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Who may come in, and who is in.
pub struct Gate {
    /// The application.
    pub app: Arc<Application>,
    /// The connections' tasks.
    pub tasks: TaskTracker,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
    places: Mutex<Places>,
}

struct Places {
    taken: usize,
    by_address: HashMap<IpAddr, usize>,
    arrivals: Bucket,
}

impl Gate {
    /// A gate in front of the application.
    pub fn new(app: Arc<Application>, tasks: TaskTracker, stop: CancellationToken) -> Self {
        let per_second = app.config.limits.new_connections_per_second_max;
        let arrivals = Bucket::new(per_second, per_second, app.clock.now());
        let places = Places {
            taken: 0,
            by_address: HashMap::new(),
            arrivals,
        };
        Self {
            app,
            tasks,
            stop,
            places: Mutex::new(places),
        }
    }

    /// Waits until one more connection may come in this second. What comes meanwhile waits in the system's queue: after
    /// a restart everybody comes at once, and should be served a little later rather than be sent away.
    pub async fn pace(&self) {
        let mut first = true;
        loop {
            let now = self.app.clock.now();
            let ready_at = {
                let arrivals = &mut self.places.lock().arrivals;
                if arrivals.take(now) {
                    return;
                }
                arrivals.ready_at()
            };
            if std::mem::take(&mut first) {
                self.app.metrics.connections_paced_total.inc();
            }
            let wait_ms = ready_at.map_or(1, |at| at.since(now)).max(1);
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    }

    /// Takes a place for a connection, if there is one: in memory, in all, and for its address. It is free again when the
    /// answer is dropped; else it answers why there is none.
    pub fn enter(self: &Arc<Self>, peer: IpAddr) -> Result<Place, &'static str> {
        let limits = &self.app.config.limits;
        if self.app.memory.is_full() {
            return Err("memory");
        }
        let mut places = self.places.lock();
        let free = places.taken < limits.connections_max;
        // Behind a trusted proxy are many clients; each is counted when its request says who it is.
        let counted = !self.app.config.is_trusted_proxy(peer);
        if !free || (counted && !places.count(peer, limits.connections_per_address_max)) {
            return Err("full");
        }
        places.taken += 1;
        let mut addresses = Vec::new();
        if counted {
            addresses.push(peer);
        }
        Ok(Place {
            gate: self.clone(),
            addresses: Mutex::new(addresses),
        })
    }

    /// The server stops: clients come back elsewhere or later.
    pub fn close_all(&self) {
        self.app
            .conns()
            .iter()
            .for_each(|conn| conn.outbox.close(CloseReason::Shutdown));
    }

    /// Takes a place whether there is one or not, for the operator: he must see into a server that is full.
    pub fn enter_always(self: &Arc<Self>) -> Place {
        self.places.lock().taken += 1;
        Place {
            gate: self.clone(),
            addresses: Mutex::default(),
        }
    }
}

impl Places {
    fn count(&mut self, address: IpAddr, max: usize) -> bool {
        let of_address = self.by_address.entry(address).or_insert(0);
        let free = *of_address < max;
        *of_address += usize::from(free);
        free
    }
}

/// A connection's place; free again when dropped.
pub struct Place {
    gate: Arc<Gate>,
    addresses: Mutex<Vec<IpAddr>>,
}

impl Place {
    /// Counts the connection for the address of the client behind a proxy too. False when that one has too many.
    pub fn is_of(&self, client: IpAddr) -> bool {
        let mut addresses = self.addresses.lock();
        if addresses.contains(&client) {
            return true;
        }
        let max = self.gate.app.config.limits.connections_per_address_max;
        let counted = self.gate.places.lock().count(client, max);
        if counted {
            addresses.push(client);
        }
        counted
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.gate.places.lock();
        places.taken -= 1;
        for address in self.addresses.get_mut() {
            if let Some(of_address) = places.by_address.get_mut(address) {
                *of_address -= 1;
                if *of_address == 0 {
                    places.by_address.remove(address);
                }
            }
        }
    }
}
