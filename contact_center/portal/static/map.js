// A pin on the map. Without tiles the communes themselves are the map: their centres, with names when there is room.

const L = window.L;
const tools = document.querySelector("[data-map-tools]");
const status = document.querySelector("[data-map-status]");
const holder = document.getElementById("map");
const latitude = document.querySelector("input[name=latitude]");
const longitude = document.querySelector("input[name=longitude]");
const unpin = document.querySelector("[data-unpin]");
const communes = JSON.parse(document.getElementById("communes").textContent);
const hint = status.textContent;
const NAMES_FROM_ZOOM = 11;

tools.hidden = false;
const map = L.map(holder, { scrollWheelZoom: false, zoomSnap: 0.5, attributionControl: false, minZoom: 7, maxZoom: 18 });
if (communes.length) map.fitBounds(communes.map(([, lat, lon]) => [lat, lon]), { padding: [12, 12] });
else map.setView([10.45, 105.9], 9);
if (holder.dataset.tiles) {
  L.control.attribution({ prefix: false }).addTo(map);
  L.tileLayer(holder.dataset.tiles, { maxZoom: 18 }).addTo(map);
} else holder.classList.add("bare");

for (const [name, lat, lon] of communes) {
  L.circleMarker([lat, lon], { radius: 4, color: "#0b62c4", weight: 1, fillOpacity: 0.5, interactive: false })
    .bindTooltip(name.replace(/^(Phường|Xã) /, ""), { permanent: true, direction: "top", className: "place", offset: [0, -2] })
    .addTo(map);
}
function showNames() {
  holder.classList.toggle("named", map.getZoom() >= NAMES_FROM_ZOOM);
  const taken = [];
  // A name that would cover another one waits until there is room.
  for (const label of holder.querySelectorAll(".leaflet-tooltip.place")) {
    label.style.display = "";
    const box = label.getBoundingClientRect();
    const covers = taken.some((other) =>
      box.left < other.right + 4 && other.left < box.right + 4 && box.top < other.bottom && other.top < box.bottom);
    if (covers) label.style.display = "none";
    else taken.push(box);
  }
}
map.on("zoomend moveend", showNames);
requestAnimationFrame(showNames);

let pin = null;
let asked = 0;
async function place(lat, lon) {
  latitude.value = lat.toFixed(6);
  longitude.value = lon.toFixed(6);
  if (pin) pin.setLatLng([lat, lon]);
  else {
    const icon = L.divIcon({ className: "", html: '<div class="pin" style="width:26px;height:26px"></div>', iconSize: [26, 26], iconAnchor: [13, 30] });
    pin = L.marker([lat, lon], { icon, draggable: true, title: tools.dataset.pin, alt: tools.dataset.pin }).addTo(map);
    pin.on("dragend", () => place(pin.getLatLng().lat, pin.getLatLng().lng));
  }
  unpin.hidden = false;
  const turn = ++asked;
  try {
    const answer = await fetch(`/phan-anh/gan-nhat?lat=${lat}&lon=${lon}`);
    const near = await answer.json();
    if (turn === asked) status.textContent = near.name ? tools.dataset.near.replace("{name}", near.name) : tools.dataset.outside;
  } catch {
    if (turn === asked) status.textContent = tools.dataset.pin;
  }
}
map.on("click", (event) => place(event.latlng.lat, event.latlng.lng));
unpin.addEventListener("click", () => {
  asked += 1;
  pin?.remove();
  pin = null;
  latitude.value = longitude.value = "";
  unpin.hidden = true;
  status.textContent = hint;
});
if (latitude.value && longitude.value) {
  place(Number(latitude.value), Number(longitude.value));
  map.setView([Number(latitude.value), Number(longitude.value)], 13);
}

document.querySelector("[data-gps]").addEventListener("click", () => {
  if (!navigator.geolocation) {
    status.textContent = tools.dataset.failed;
    return;
  }
  status.textContent = tools.dataset.asking;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      place(coords.latitude, coords.longitude);
      map.setView([coords.latitude, coords.longitude], 15);
    },
    (error) => {
      status.textContent = error.code === error.PERMISSION_DENIED ? tools.dataset.denied : tools.dataset.failed;
    },
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
  );
});
