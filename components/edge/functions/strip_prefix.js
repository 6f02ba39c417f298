// Asks the origin without the prefix of the path: /api/health becomes /health (UTJ-CDN-04).
const PREFIX = '__PREFIX__';

function handler(event) {
    const request = event.request;
    if (request.uri.startsWith(PREFIX + '/')) {
        request.uri = request.uri.slice(PREFIX.length);
    }
    return request;
}
