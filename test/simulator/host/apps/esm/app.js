import './http.js';
import './events.js';
import './orchestrations.js';
