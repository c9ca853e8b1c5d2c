//! A cursor in a list and the part of the list that is on screen.

/// Ways to move that every list and text understands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are the directions")]
pub enum Motion {
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Top,
    Bottom,
}

/// Where the cursor stands and which row is the first on screen.
///
/// The number of rows that fit is told by the view before each frame ([`Self::fit`]); the number of items is
/// passed in by whoever holds them, so that it is stored once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ListState {
    /// Index of the item under the cursor.
    pub cursor: usize,
    /// Index of the first item on screen.
    pub offset: usize,
    /// Rows that fit on the screen.
    pub height: usize,
}

/// Rows kept between the cursor and the edge while there is more to see.
const MARGIN: usize = 2;

impl ListState {
    /// Moves the cursor in a list of `length` items; left and right do nothing.
    pub fn motion(&mut self, motion: Motion, length: usize) {
        let page = self.height.saturating_sub(1).max(1);
        let last = length.saturating_sub(1);
        let to = match motion {
            Motion::Up => self.cursor.saturating_sub(1),
            Motion::Down => self.cursor + 1,
            Motion::PageUp => self.cursor.saturating_sub(page / 2 + 1),
            Motion::PageDown => self.cursor + page / 2 + 1,
            Motion::Top => 0,
            Motion::Bottom => last,
            Motion::Left | Motion::Right => self.cursor,
        };
        self.select(to, length);
    }

    /// Puts the cursor on an item, or on the last one when there are fewer.
    pub fn select(&mut self, index: usize, length: usize) {
        self.cursor = index.min(length.saturating_sub(1));
        self.follow(length);
    }

    /// Scrolls by rows without moving the cursor further than needed to stay on screen.
    pub fn scroll(&mut self, rows: isize, length: usize) {
        let furthest = length.saturating_sub(self.height);
        self.offset = self.offset.saturating_add_signed(rows).min(furthest);
        let last = (self.offset + self.height.max(1) - 1).min(length.saturating_sub(1));
        self.cursor = self.cursor.clamp(self.offset.min(last), last);
    }

    /// Says how many rows fit on screen and keeps the cursor among them.
    pub fn fit(&mut self, height: usize, length: usize) {
        self.height = height;
        self.select(self.cursor, length);
    }

    /// The items that are on screen.
    #[must_use]
    pub fn visible(&self, length: usize) -> std::ops::Range<usize> {
        let start = self.offset.min(length);
        start..(start + self.height).min(length)
    }

    fn follow(&mut self, length: usize) {
        if self.height == 0 {
            return;
        }
        let margin = MARGIN.min(self.height.saturating_sub(1) / 2);
        if self.cursor < self.offset + margin {
            self.offset = self.cursor.saturating_sub(margin);
        }
        if self.cursor + margin >= self.offset + self.height {
            self.offset = self.cursor + margin + 1 - self.height;
        }
        self.offset = self.offset.min(length.saturating_sub(self.height));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stays_in_the_list_and_on_the_screen() {
        let mut list = ListState::default();
        list.fit(5, 20);
        list.motion(Motion::Bottom, 20);
        assert_eq!((list.cursor, list.offset), (19, 15));
        list.motion(Motion::Down, 20);
        assert_eq!(list.cursor, 19);
        list.motion(Motion::Up, 20);
        list.fit(5, 3);
        assert_eq!((list.cursor, list.offset), (2, 0));
        list.fit(5, 0);
        assert_eq!(list.visible(0), 0..0);
    }

    #[test]
    fn scrolling_takes_the_cursor_along_only_at_the_edge() {
        let mut list = ListState::default();
        list.fit(5, 20);
        list.select(3, 20);
        list.scroll(2, 20);
        assert_eq!((list.cursor, list.offset), (3, 3.min(list.offset)));
        list.scroll(10, 20);
        assert!(list.visible(20).contains(&list.cursor));
        list.scroll(-100, 20);
        assert_eq!(list.offset, 0);
        assert!(list.visible(20).contains(&list.cursor));
    }
}
