// The host's page: she is logged in by the attributes that the backend has filled in.
import './room.js'
